"""The lab's work in CPython: sum, sleep or fetch by threading, multiprocessing or asyncio.

Reads one JSON object from stdin, writes one JSON line a round to stdout (the first is about the interpreter). A round's
makespan is from its begin to the last task's result: creating the workers is in it, ending them is not.
Runs with -I -c: no path, no site packages of the user, nothing imported that is not needed.
"""

import asyncio
import json
import os
import queue
import resource
import sys
import sysconfig
import threading
import time
import zlib

MASK = (1 << 64) - 1
now = time.monotonic_ns


def die_with_parent():
    """A killed parent must not leave us behind."""
    if sys.platform != "linux":
        return
    import ctypes
    ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL


def split_evenly(total, parts, index):
    base, extra = divmod(total, parts)
    first = base * index + min(index, extra)
    return first, first + base + (index < extra)


def add_up(job, task):
    first, last = split_evenly(job["size"], job["tasks"], task)
    value = 0
    for i in range(first + 1, last + 1):
        value += i
    return value & MASK


def checked(status, body):
    if status >= 400:
        raise RuntimeError(f"the server answered {status}")
    return zlib.adler32(body)


def opener():
    import urllib.request
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open  # straight there, whatever the environment


def blocking_work(job):
    """What a thread or process does for a task; gives the task's value."""
    if job["workload"] == "sum":
        return lambda task: add_up(job, task)
    if job["workload"] == "sleep":
        def sleep(_):
            time.sleep(job["wait_ms"] / 1000)
            return 0
        return sleep
    get = opener()

    def fetch(task):
        with get(job["urls"][task], timeout=job["timeout_ms"] / 1000) as answer:
            return checked(answer.status, answer.read())
    return fetch


async def fetch_by_streams(url, timeout_s):
    host, _, rest = url.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")

    async def ask():
        reader, writer = await asyncio.open_connection(name, int(port or 80))
        try:
            writer.write(f"GET /{rest} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read()
        finally:
            writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        return checked(int(head.split(None, 2)[1]), body)
    return await asyncio.wait_for(ask(), timeout_s)


def recorded(work, lane, task):
    begin = now()
    try:
        value, error = work(task), None
    except Exception as problem:
        value, error = 0, f"{type(problem).__name__}: {problem}"
    return task, lane, value, begin, now(), error


def by_threading(job):
    work = blocking_work(job)
    tasks = iter(range(job["tasks"]))
    lock = threading.Lock()
    done = queue.SimpleQueue()

    def worker(lane):
        while True:
            with lock:
                task = next(tasks, None)
            if task is None:
                return
            done.put(recorded(work, lane, task))

    begin = now()
    workers = [threading.Thread(target=worker, args=(lane,)) for lane in range(job["workers"])]
    for each in workers:
        each.start()
    ready = now()
    records = [done.get() for _ in range(job["tasks"])]
    end = now()
    for each in workers:
        each.join()
    return begin, ready, end, records


def child(job, lane, pipe, counter, parent):
    die_with_parent()
    if os.getppid() != parent:  # it went before we asked
        os._exit(1)
    work = blocking_work(job)
    pipe.send(None)
    while True:
        with counter.get_lock():
            task = counter.value
            counter.value += 1
        if task >= job["tasks"]:
            return
        pipe.send(recorded(work, lane, task))


def by_multiprocessing(job):
    import multiprocessing
    from multiprocessing.connection import wait
    context = multiprocessing.get_context("fork")
    counter = context.Value("q", 0)
    begin = ready = now()
    pipes, children, records, waiting = [], [], [], job["workers"]
    for lane in range(job["workers"]):
        mine, its = context.Pipe(duplex=False)
        children.append(context.Process(target=child, args=(job, lane, its, counter, os.getpid()), daemon=True))
        children[-1].start()
        its.close()  # so that the end of the child is the end of its pipe
        pipes.append(mine)
    while pipes and len(records) < job["tasks"]:
        for pipe in wait(pipes):
            try:
                record = pipe.recv()
            except EOFError:
                pipes.remove(pipe)
                continue
            if record is None:
                waiting -= 1
                ready = now() if waiting == 0 else ready
            else:
                records.append(record)
    end = now()
    for each in children:
        each.join()
    if len(records) < job["tasks"]:
        codes = sorted({each.exitcode for each in children if each.exitcode != 0})
        raise RuntimeError(f"a child process ended before its work was done (exit codes {codes})")
    return begin, ready, end, records


def by_asyncio(job):
    limit = job["concurrency"] or job["tasks"]

    async def work(task):
        if job["workload"] == "sum":
            return add_up(job, task)  # blocks the loop: that is the lesson
        if job["workload"] == "sleep":
            await asyncio.sleep(job["wait_ms"] / 1000)
            return 0
        return await fetch_by_streams(job["urls"][task], job["timeout_ms"] / 1000)

    async def one(task, gate):
        async with gate:
            begin = now()
            try:
                value, error = await work(task), None
            except Exception as problem:
                value, error = 0, f"{type(problem).__name__}: {problem}"
            return task, 0, value, begin, now(), error

    async def main():
        ready = now()
        gate = asyncio.Semaphore(limit)
        records = await asyncio.gather(*(one(task, gate) for task in range(job["tasks"])))
        return ready, now(), records

    begin = now()
    ready, end, records = asyncio.run(main())
    return begin, ready, end, records


def cpu_ms():
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return (own.ru_utime + others.ru_utime) * 1000, (own.ru_stime + others.ru_stime) * 1000


def tell(**what):
    print(json.dumps(what), flush=True)


def main():
    job = json.load(sys.stdin)
    die_with_parent()
    has_gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    tell(implementation={"cpython": "CPython"}.get(sys.implementation.name, sys.implementation.name),
         version=".".join(map(str, sys.version_info[:3])), gil=has_gil,
         free_threaded_build=bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
         switch_interval_ms=sys.getswitchinterval() * 1000)
    if job["workload"] == "fetch":
        opener()  # imports what a program has imported before it makes its workers
    run = {"threading": by_threading, "multiprocessing": by_multiprocessing, "asyncio": by_asyncio}[job["flavour"]]
    started = now()
    for round_ in range(-job["warmup"], job["repeat"]):
        # The interpreter is some fifty times slower at computing: fewer repeats rather than minutes of waiting.
        if round_ > 0 and now() - started > job["budget_ms"] * 1_000_000:
            break
        before = cpu_ms()
        begin, ready, end, records = run(job)
        after = cpu_ms()
        tell(repeat=round_, wall_ms=(end - begin) / 1e6, startup_ms=(ready - begin) / 1e6,
             user_ms=after[0] - before[0], system_ms=after[1] - before[1],
             tasks=[(task, lane, value, first - begin, last - begin) for task, lane, value, first, last, _ in records],
             errors=[f"task {record[0]}: {record[5]}" for record in records if record[5]][:1],
             failed=sum(1 for record in records if record[5]))


main()
