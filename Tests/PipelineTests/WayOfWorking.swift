import Archives
import Pipeline
import Recognition
import TestSupport

/// How an ingestion works, which must not show in what it writes.
struct WayOfWorking: CustomStringConvertible {
  var jobs = 1
  /// Small chunks make many blocks, and lines that cross them.
  var chunkLength = BlockReader.defaultChunkLength
  /// Facts are written to runs when they take so much.
  var factMemory = IngestPlan.defaultLeastFactMemory
  var memory = IngestPlan.defaultMemory
  var recognition = Recognition.Options()
  var gzip = GzipLibrary.preferred

  /// One thread with all in memory, every line by the long way.
  static var plainest: Self {
    var way = WayOfWorking()
    way.recognition = .off
    way.gzip = .zlib
    return way
  }

  /// Ways that differ much from each other.
  static var all: [Self] {
    [
      WayOfWorking(),
      WayOfWorking(chunkLength: 64, factMemory: 1, memory: 1, gzip: .zlib),
      WayOfWorking(chunkLength: 3000, factMemory: 20_000, memory: 1, recognition: .off),
      WayOfWorking(jobs: 2, chunkLength: 2000),
      WayOfWorking(jobs: 2, chunkLength: 700, factMemory: 1, memory: 1),
      WayOfWorking(jobs: 5, chunkLength: 300, recognition: .off, gzip: .zlib),
      WayOfWorking(jobs: 5, chunkLength: 1500, factMemory: 9000, memory: 1),
    ]
  }

  static func random(_ random: inout SeededGenerator) -> Self {
    var way = WayOfWorking()
    way.jobs = random.one(of: [1, 2, 3, 5])
    way.chunkLength = random.one(of: [33, 500, 4000, BlockReader.defaultChunkLength])
    way.memory = random.one(of: [1, IngestPlan.defaultMemory])
    way.factMemory = random.one(of: [1, 3000, 40_000, IngestPlan.defaultLeastFactMemory])
    way.recognition.flagBytes = random.one(of: [0, 1, 2000, 1 << 20])
    way.recognition.tailBytes = random.one(of: [0, 1, 2000, 1 << 20])
    way.gzip = random.one(of: GzipLibrary.allCases)
    return way
  }

  func apply(to plan: inout IngestPlan) {
    plan.jobs = jobs
    plan.chunkLength = chunkLength
    plan.leastFactMemory = factMemory
    plan.memory = memory
    plan.recognition = recognition
    plan.gzip = gzip
  }

  var description: String {
    "\(jobs) jobs, chunks of \(chunkLength), facts of \(factMemory) in \(memory), "
      + "caches of \(recognition.flagBytes) and \(recognition.tailBytes), \(gzip)"
  }
}
