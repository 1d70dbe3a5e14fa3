import ArgumentParser
import Configuration
import Foundation
import Pipeline
import Recognition

/// How much memory is used.
struct MemoryOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Memory, more or less, 64MB at the least: 512MB, 2GB, 256MiB. What does not fit goes through files in the workspace. (default: 512MB)",
      valueName: "size"
    )
  )
  var memory: ByteSize?

  func size(_ sources: SettingSources) throws -> Setting<ByteSize> {
    let standard = ByteSize(bytes: IngestPlan.defaultMemory)
    return try sources.find(.memory, option: memory, standard: standard)
  }
}

/// How much of the machine is used.
struct ResourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads, 1 to 256; as many as the machine has cores by default.",
      valueName: "n"
    )
  )
  var jobs: JobCount?

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

  func jobs(_ sources: SettingSources) throws -> Setting<JobCount> {
    let standard = JobCount(ProcessInfo.processInfo.activeProcessorCount)
    return try sources.find(.jobs, option: jobs, standard: standard)
  }

  func apply(to plan: inout IngestPlan, _ sources: SettingSources) throws {
    plan.jobs = try jobs(sources).value.count
    plan.memory = try memory.size(sources).value.bytes
    if withoutCache.contains(.flags) { plan.recognition.flagBytes = 0 }
    if withoutCache.contains(.tails) { plan.recognition.tailBytes = 0 }
    if withoutCache.contains(.parts) { plan.recognition.partBytes = 0 }
    if withoutCache.contains(.records) { plan.recognition.usesRecordTemplates = false }
  }
}
