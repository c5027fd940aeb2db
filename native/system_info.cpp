#include "platform/system_info.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "number_text.hpp"
#include "platform/clock.hpp"
#include "text_file.hpp"

namespace trilane {
namespace {

using native::leading_number;
using native::line_value;
using native::read_text_file;

std::string os_name() {
  utsname system{};
  uname(&system);
  const std::string kernel = std::string(system.sysname) + " " + system.release + " " + system.machine;
  const std::string release = read_text_file("/etc/os-release");
  std::string_view name = line_value(release, "PRETTY_NAME=");
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  return name.empty() ? kernel : std::string(name) + ", " + kernel;
}

std::string cpu_name() {
  const std::string info = read_text_file("/proc/cpuinfo");
  for (const std::string_view key : {"model name", "Model", "Hardware", "cpu model"}) {
    std::string_view value = line_value(info, key);
    value.remove_prefix(std::min(value.find_first_not_of(": \t"), value.size()));
    if (!value.empty()) return std::string(value);
  }
  utsname system{};
  uname(&system);
  return system.machine;
}

/// The CPUs that a thread may use.
class CpuSet {
 public:
  /// Of the calling thread; nothing when the system does not tell.
  static std::optional<CpuSet> current() {
    // Grown until it fits: on machines with more CPUs than the default set holds, the call fails with EINVAL.
    for (int cpus = CPU_SETSIZE; cpus <= (1 << 18); cpus *= 2) {
      CpuSet set(cpus);
      if (sched_getaffinity(0, set.size(), set.get()) == 0) return set;
    }
    return std::nullopt;
  }

  static CpuSet of(unsigned core) {
    CpuSet one(std::max<int>(CPU_SETSIZE, static_cast<int>(core) + 1));
    CPU_SET_S(core, one.size(), one.get());
    return one;
  }

  int count() const { return CPU_COUNT_S(size(), get()); }
  CpuSet last() const { return of(cores().back()); }
  std::vector<unsigned> cores() const {
    std::vector<unsigned> out;
    for (unsigned core = 0; core < static_cast<unsigned>(cpus_); ++core) {
      if (CPU_ISSET_S(core, size(), get())) out.push_back(core);
    }
    return out;
  }
  /// For a thread; 0: the calling one.
  bool apply(pid_t thread = 0) const { return sched_setaffinity(thread, size(), get()) == 0; }

 private:
  explicit CpuSet(int cpus) : cpus_(cpus), bits_(size() / sizeof(Bits)) {}
  using Bits = std::uint64_t;  // CPU_ALLOC_SIZE is a multiple of a word
  std::size_t size() const { return CPU_ALLOC_SIZE(static_cast<std::size_t>(cpus_)); }
  cpu_set_t* get() { return reinterpret_cast<cpu_set_t*>(bits_.data()); }
  const cpu_set_t* get() const { return reinterpret_cast<const cpu_set_t*>(bits_.data()); }

  int cpus_;
  std::vector<Bits> bits_;
};

unsigned cores_by_affinity() {
  if (const auto set = CpuSet::current()) return static_cast<unsigned>(std::max(set->count(), 1));
  return std::max(std::thread::hardware_concurrency(), 1U);
}

class Pinned final : public OneCore {
 public:
  explicit Pinned(CpuSet before) : before_(std::move(before)) {}
  // Cores that were taken away meanwhile are a reason to fail: then the thread stays where it is, and works.
  ~Pinned() override { static_cast<void>(before_.apply()); }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;

 private:
  CpuSet before_;
};

/// CPUs that one cgroup folder allows: version 2 writes "max 100000" or "150000 100000" into cpu.max, version 1 has a
/// file for each of the two numbers, and -1 for no limit.
std::optional<double> quota_of(const std::string& folder) {
  const std::string both = read_text_file(folder + "/cpu.max");
  if (const std::size_t blank = both.find(' '); blank != std::string::npos) {
    const auto quota = leading_number(both);
    const auto period = leading_number(std::string_view(both).substr(blank + 1));
    if (quota && period && *period > 0) return *quota / *period;
    return std::nullopt;
  }
  const auto quota = leading_number(read_text_file(folder + "/cpu.cfs_quota_us"));
  const auto period = leading_number(read_text_file(folder + "/cpu.cfs_period_us"));
  if (quota && period && *quota > 0 && *period > 0) return *quota / *period;
  return std::nullopt;
}

/// The tightest limit from this process's cgroup up to the root: a parent's limit binds too.
std::optional<double> cores_by_cgroup() {
  std::optional<double> least;
  const std::string groups = read_text_file("/proc/self/cgroup");
  std::string_view rest = groups;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t colon1 = line.find(':');
    const std::size_t colon2 = colon1 == line.npos ? line.npos : line.find(':', colon1 + 1);
    if (colon2 == line.npos) continue;
    const std::string_view controllers = line.substr(colon1 + 1, colon2 - colon1 - 1);
    std::string root = "/sys/fs/cgroup";
    if (!controllers.empty()) {
      if (("," + std::string(controllers) + ",").find(",cpu,") == std::string::npos) continue;
      root += "/" + std::string(controllers);
    }
    std::string path(line.substr(colon2 + 1));
    while (true) {
      if (const auto quota = quota_of(root + (path == "/" ? "" : path)))
        least = std::min(least.value_or(*quota), *quota);
      if (path.empty() || path == "/") break;
      path.resize(path.rfind('/'));
    }
  }
  return least;
}

unsigned count_cores() {
  const unsigned affinity = cores_by_affinity();
  const auto quota = cores_by_cgroup();
  if (!quota) return affinity;
  // Rounded down: with 1.5 CPUs' worth of quota a second busy worker would be throttled half of the time.
  return std::clamp(static_cast<unsigned>(std::min(*quota, 1e6)), 1U, affinity);
}

HostInfo read_host_info() {
  HostInfo info;
  info.platform = "native";
  info.os = os_name();
  info.cpu = cpu_name();
  info.cores = count_cores();
  info.clock_resolution_ns = clock_resolution_ns();
  info.version = TRILANE_VERSION;
  return info;
}

double to_ms(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

double cpu_ms(int who) {
  rusage usage{};
  return getrusage(who, &usage) == 0 ? to_ms(usage.ru_utime) + to_ms(usage.ru_stime) : 0;
}

double tick_ms() {
  static const double ms = 1000.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
  return ms;
}

/// CPU time of a process of ours that is alive.
double cpu_ms_of(const std::string& process_id) {
  const std::string stat = read_text_file("/proc/" + process_id + "/stat");
  // After the name, which may hold anything: state and ten numbers, then user and system time (proc(5), 14 and 15).
  std::istringstream fields(stat.substr(std::min(stat.rfind(')'), stat.size() - 1) + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) * tick_ms();
}

double cpu_ms_of_live_children() {
  double sum = 0;
  std::error_code none;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", none)) {
    std::istringstream children(read_text_file(thread.path() / "children"));
    for (std::string id; children >> id;) sum += cpu_ms_of(id);
  }
  return sum;
}

std::optional<std::uint64_t> bytes_of_kib(std::string_view status, std::string_view key) {
  const auto kib = leading_number(line_value(status, key));
  if (!kib) return std::nullopt;
  return static_cast<std::uint64_t>(*kib) * 1024;
}

}  // namespace

const HostInfo& host_info() {
  static const HostInfo info = read_host_info();
  return info;
}

Usage read_cpu_usage() {
  Usage usage;
  rusage self{};
  if (getrusage(RUSAGE_SELF, &self) == 0) {
    usage.user_ms = to_ms(self.ru_utime);
    usage.system_ms = to_ms(self.ru_stime);
    usage.voluntary_switches = static_cast<std::uint64_t>(self.ru_nvcsw);
    usage.involuntary_switches = static_cast<std::uint64_t>(self.ru_nivcsw);
  }
  return usage;
}

Usage read_usage() {
  Usage usage = read_cpu_usage();
  // Not ru_maxrss: it cannot be reset, and a child inherits its parent's through fork.
  const std::string status = read_text_file("/proc/self/status");
  usage.peak_rss_bytes = bytes_of_kib(status, "VmHWM:");
  usage.current_rss_bytes = bytes_of_kib(status, "VmRSS:");
  return usage;
}

std::optional<std::uint64_t> process_memory(std::int64_t process_id) {
  return bytes_of_kib(read_text_file("/proc/" + std::to_string(process_id) + "/smaps_rollup"), "Pss:");
}

std::optional<ProcessorTimes> read_processor_times() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  const bool restricted = sched_getaffinity(0, sizeof allowed, &allowed) == 0;
  const std::string stat = read_text_file("/proc/stat");
  std::optional<ProcessorTimes> times;
  std::istringstream lines(stat);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("cpu") || line.size() < 4 || line[3] < '0' || line[3] > '9') continue;
    std::istringstream fields(line.substr(3));
    int cpu = 0;
    double user = 0, nice = 0, system = 0, idle = 0, io = 0, irq = 0, softirq = 0, steal = 0;
    fields >> cpu >> user >> nice >> system >> idle >> io >> irq >> softirq >> steal;
    if (restricted && cpu < CPU_SETSIZE && !CPU_ISSET(static_cast<std::size_t>(cpu), &allowed)) continue;
    if (!times) times.emplace();
    times->busy_ms += (user + nice + system + irq + softirq + steal) * tick_ms();
    times->idle_ms += (idle + io) * tick_ms();
  }
  if (times) times->own_ms = cpu_ms(RUSAGE_SELF) + cpu_ms(RUSAGE_CHILDREN) + cpu_ms_of_live_children();
  return times;
}

std::int64_t suspended_ns() {
  timespec since_boot{};
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  return static_cast<std::int64_t>(since_boot.tv_sec) * 1'000'000'000 + since_boot.tv_nsec - now_ns();
}

bool reset_peak_memory() {
  // "5" resets the high-water mark only (proc(5), /proc/pid/clear_refs).
  const int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool ok = write(fd, "5", 1) == 1;
  close(fd);
  return ok;
}

std::optional<std::uint64_t> thread_stack_bytes() {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return std::nullopt;
  std::size_t bytes = 0;
  const bool known = pthread_attr_getstacksize(&attributes, &bytes) == 0;
  pthread_attr_destroy(&attributes);
  return known ? std::optional<std::uint64_t>(bytes) : std::nullopt;
}

std::unique_ptr<OneCore> stay_on_one_core() {
  auto before = CpuSet::current();
  // Of the cores of a thread that stays on one already, the last is that one.
  if (!before || before->cores().empty() || !before->last().apply()) return nullptr;
  return std::make_unique<Pinned>(std::move(*before));
}

std::vector<unsigned> usable_cores() {
  const auto set = CpuSet::current();
  return set ? set->cores() : std::vector<unsigned>{};
}

Status limit_to_core(unsigned core, std::int64_t process_id) {
  if (CpuSet::of(core).apply(static_cast<pid_t>(process_id))) return {};
  return fail("core " + std::to_string(core) + " could not be chosen: " + std::strerror(errno));
}

std::int64_t current_thread_id() { return gettid(); }

std::int64_t current_process_id() { return getpid(); }

}  // namespace trilane
