#include "experiments/sheet.hpp"

#include <nlohmann/json.hpp>

namespace trilane {
namespace {

using Ids = const std::string_view[];
constexpr Ids kSequential = {"sequential"}, kIsolation = {"isolation"}, kCores = {"cores"},
              kComputing = {"cpu-bound", "gil"}, kCreating = {"spawn-cost", "memory-cost", "switch-cost"},
              kShared = {"shared-memory"}, kShare = {"cpu-share"}, kRace = {"race-condition", "you-schedule"},
              kGil = {"gil-race", "gil"}, kOverlap = {"overlap-waits"}, kOne = {"one-thread"},
              kMemory = {"memory-cost"}, kBlocked = {"blocked-loop"}, kOrder = {"await-order"}, kLoop = {"event-loop"},
              kTasks = {"tasks-vs-await"}, kWaits = {"io-bound"};

const SheetSentence kSheet[] = {
    {{"Until the previous block has ended, the next does not begin.",
      "Пока не завершится предыдущий блок, следующий не начнётся."},
     kSequential},
    {{"A process is an instance of a running program: isolated, with no shared memory.",
      "Процесс — экземпляр выполняемой программы: изолирован, общей памяти нет."},
     kIsolation},
    {{"One core each; beyond the cores the scheduler of the operating system switches.",
      "Каждому процессу — своё ядро; если процессов больше, переключает планировщик ОС."},
     kCores},
    {{"In Python each process has an interpreter of its own.", "В Python у каждого процесса свой интерпретатор."}, {}},
    {{"Processes do not suffer from the GIL and suit CPU-bound tasks.",
      "Процессы не страдают от GIL и подходят для вычислительных (CPU-bound) задач."},
     kComputing},
    {{"Creating a process, giving it resources and switching take time.",
      "Создание процесса, выделение ему ресурсов и переключение требуют времени."},
     kCreating},
    {{"A thread is a unit of execution inside a process; a process can have several.",
      "Поток — единица выполнения внутри процесса; их может быть несколько."},
     kShared},
    {{"Threads share the processor resources of their parent process.",
      "Потоки делят процессорные ресурсы родительского процесса."},
     kShare},
    {{"Threads share memory.", "У потоков общая память."}, kShared},
    {{"A race condition gives unpredictable results.", "Состояние гонки даёт непредсказуемые результаты."}, kRace},
    {{"The GIL solves it, at the price of one running thread at a time.",
      "GIL решает эту проблему ценой того, что одновременно работает только один поток."},
     kGil},
    {{"Asynchrony performs several tasks at once, without waiting for each to end.",
      "Асинхронность выполняет несколько задач сразу, не дожидаясь завершения каждой."},
     kOverlap},
    {{"It works in one process and one thread.", "Она работает в одном процессе и одном потоке."}, kOne},
    {{"It is economical with memory.", "Она экономно расходует память."}, kMemory},
    {{"It helps to avoid blocking.", "Она помогает избежать блокировок."}, kBlocked},
    {{"While one task awaits, something else can be done.", "Пока одна задача ждёт, можно делать что-то ещё."}, kOrder},
    {{"A coroutine is resumed where it was suspended.", "Корутина возобновляется с того места, где приостановилась."},
     kOrder},
    {{"The event loop runs tasks and callbacks, does network I/O and starts subprocesses.",
      "Цикл событий выполняет задачи и обратные вызовы, сетевой ввод-вывод и подпроцессы."},
     kLoop},
    {{"Tasks run independently of the coroutine that made them, unlike a direct await.",
      "Задачи выполняются независимо от создавшей их корутины, в отличие от прямого await."},
     kTasks},
    {{"Asynchrony suits I/O-bound tasks.", "Асинхронность подходит для задач ввода-вывода (I/O-bound)."}, kWaits},
};

}  // namespace

std::span<const SheetSentence> sheet() { return kSheet; }

nlohmann::json sheet_to_json() {
  nlohmann::json out = nlohmann::json::array();
  for (const SheetSentence& one : kSheet) {
    out.push_back({{"text", to_json(one.text.texts())}, {"tested_by", one.tested_by}});
  }
  return out;
}

}  // namespace trilane
