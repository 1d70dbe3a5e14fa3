import ArgumentParser
import Foundation
import Pipeline
import Recognition

/// How much memory is used.
struct MemoryOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Memory, more or less, 64MB at the least: 512MB, 2GB, 256MiB. What does not fit goes through files in the workspace.",
      valueName: "size"
    )
  )
  var memory = ByteSize(bytes: IngestPlan.defaultMemory)

  /// How many bytes.
  var bytes: Int { memory.bytes }
}

/// How much of the machine is used.
struct ResourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Threads; as many as the machine has cores by default.", valueName: "n")
  )
  var jobs: Int?

  @OptionGroup var memory: MemoryOption

  @Option(
    help: ArgumentHelp("Do without a cache; the results are the same.", visibility: .hidden)
  )
  var withoutCache: [Cache] = []

  /// What is remembered of earlier deliveries.
  enum Cache: String, CaseIterable, ExpressibleByArgument {
    case flags
    case tails
    case parts
    case records
  }

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs \(jobs): must be from 1 to 256")
    }
  }

  func apply(to plan: inout IngestPlan) {
    plan.jobs = jobs ?? ProcessInfo.processInfo.activeProcessorCount
    plan.memory = memory.bytes
    if withoutCache.contains(.flags) { plan.recognition.flagBytes = 0 }
    if withoutCache.contains(.tails) { plan.recognition.tailBytes = 0 }
    if withoutCache.contains(.parts) { plan.recognition.partBytes = 0 }
    if withoutCache.contains(.records) { plan.recognition.usesRecordTemplates = false }
  }
}

/// A number of bytes as a user writes it.
struct ByteSize: ExpressibleByArgument, Equatable {
  private static let units: [(suffix: String, bytes: Int)] = [
    ("KIB", 1 << 10), ("MIB", 1 << 20), ("GIB", 1 << 30), ("KB", 1000), ("MB", 1_000_000),
    ("GB", 1_000_000_000), ("K", 1000), ("M", 1_000_000), ("G", 1_000_000_000),
  ]

  let bytes: Int

  init(bytes: Int) { self.bytes = bytes }

  /// A whole number and a unit, in any case: `MB`, `GB`, `MiB`, `GiB`; from 64 MB to 1 TB.
  init?(argument: String) {
    let text = argument.uppercased()
    guard let unit = Self.units.first(where: { text.hasSuffix($0.suffix) }),
      let count = Int(text.dropLast(unit.suffix.count)), text.first?.isNumber == true,
      count <= 1_000_000_000_000 / unit.bytes, count * unit.bytes >= 64_000_000
    else { return nil }
    bytes = count * unit.bytes
  }

  var defaultValueDescription: String { "\(bytes / 1_000_000)MB" }
}
