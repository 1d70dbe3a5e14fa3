import Foundation

/// What one process took.
struct Measured: Codable {
  /// Processor time of user and system, in seconds.
  var cpu: Double
  var wall: Double
  /// The greatest resident memory, in bytes.
  var memory: Int
  /// Bytes of what was written, where that is of interest.
  var bytes = 0

  /// Runs `body` in this process, which did nothing much before.
  static func run(_ body: () throws -> Int) rethrows -> Measured {
    let start = cpuSeconds()
    let clock = ContinuousClock.now
    let bytes = try body()
    let wall = clock.duration(to: .now)
    return Measured(
      cpu: cpuSeconds() - start,
      wall: wall / .seconds(1),
      memory: greatestMemory(),
      bytes: bytes
    )
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The processor time of all processes that this one started and waited for.
  static func childrenCPUSeconds() -> Double {
    var usage = rusage()
    #if canImport(Glibc)
      unsafe getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    #else
      unsafe getrusage(RUSAGE_CHILDREN, &usage)
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// Runs the `hooksift` beside this program.
  ///
  /// - Throws: ``BenchError/wrongResult(_:)`` where it failed.
  static func hooksift(_ arguments: [String]) throws -> Measured {
    let process = Process()
    process.executableURL = Bundle.main.executableURL?.deletingLastPathComponent()
      .appending(path: "hooksift")
    process.arguments = arguments
    process.environment = ["BENCH_SECRET": ArchiveGenerator.secretText]
    let before = childrenCPUSeconds()
    let clock = ContinuousClock.now
    try process.run()
    process.waitUntilExit()
    let wall = clock.duration(to: .now)
    guard process.terminationStatus == 0 else {
      throw BenchError.wrongResult("hooksift \(arguments.joined(separator: " "))")
    }
    return Measured(cpu: childrenCPUSeconds() - before, wall: wall / .seconds(1), memory: 0)
  }

  private static func greatestMemory() -> Int {
    var usage = rusage()
    #if canImport(Glibc)
      unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #else
      unsafe getrusage(RUSAGE_SELF, &usage)
    #endif
    return Int(usage.ru_maxrss) * 1024
  }
}
