package import Archives
package import Captures
package import Lake
package import Observations
package import Recognition

/// What is to be ingested, and how.
package struct IngestPlan: Sendable {
  /// 512 MB.
  package static let defaultMemory = 512_000_000
  /// 1 MB.
  package static let defaultLeastFactMemory = 1_000_000

  /// In the order of their paths.
  package var archives: [Archive]
  package var verifier: Verifier
  package var windows: WindowPolicy
  /// What is kept of identities and traits; the quarantine keeps lines as they came.
  package var personalData = PersonalData()
  /// Whether the complete lines before the damage of a broken archive are taken.
  package var salvages = false
  /// The identities that were erased, which ``personalData`` has too.
  package private(set) var forgotten: ForgottenRecord?
  /// The lake that is added to.
  package var lake: LakeReader?
  /// The dates, in days since 1970-01-01, that are made anew from the archives that they are of, as these are now.
  package var remadeDays: Set<Int32> = []
  /// Where the rejected lines are of the archives that it has.
  package var quarantine: String?
  /// The files that were seen before.
  package var seen = SeenArchives()
  /// A file that ends too early is left alone if it was changed after this, in seconds since the epoch: it may still be written.
  package var settledAt = Int.max
  package var maximumLineLength = BlockReader.defaultMaximumLineLength
  /// How many bytes of an archive are read, and inflated, at a time.
  package var chunkLength = BlockReader.defaultChunkLength
  /// The library that inflates gzip.
  package var gzip = GzipLibrary.preferred
  /// How many threads work.
  package var jobs = 1
  /// How many bytes of memory the ingestion may take, more or less.
  package var memory = defaultMemory
  /// What the facts of a thread may take at the least, whatever the memory.
  package var leastFactMemory = defaultLeastFactMemory
  /// What is remembered of earlier deliveries, by all threads together.
  package var recognition = Recognition.Options()

  package init(
    archives: [Archive],
    verifier: Verifier,
    windows: WindowPolicy,
    salvages: Bool = false
  ) {
    self.archives = archives
    self.verifier = verifier
    self.windows = windows
    self.salvages = salvages
  }

  /// Lets nothing be kept of identities that were erased.
  ///
  /// - Parameters:
  ///   - record: What is known of them.
  ///   - key: The key that tells them.
  package mutating func forget(_ record: ForgottenRecord, _ key: ForgottenKey) {
    forgotten = record
    personalData.forgotten = key.identities(record)
  }

  /// What the program itself, and the buffers of one thread, take.
  private static let fixedMemory = 24_000_000
  private static let memoryPerJob = 4_000_000

  /// What each thread remembers.
  var recognitionPerJob: Recognition.Options {
    var options = recognition
    options.flagBytes = min(options.flagBytes, memory / 16 / jobs)
    options.tailBytes = min(options.tailBytes, memory / 32 / jobs)
    options.partBytes = min(options.partBytes, memory / 64 / jobs)
    return options
  }

  /// How large the facts of each thread may become before they are written to a run.
  ///
  /// Half of the share: while a table grows, the old one and the new one are both there.
  var factMemoryPerJob: Int {
    let perJob = Self.memoryPerJob + recognitionPerJob.byteCount
    return max(leastFactMemory, ((memory - Self.fixedMemory) / jobs - perJob) / 2)
  }
}

/// What became of the archives of a run.
package struct IngestResult: Sendable {
  /// An archive that could not be read to its end.
  package struct Failure: Sendable {
    package let path: String
    package let reason: String
    /// Whether its complete lines were taken all the same.
    package let isSalvaged: Bool
  }

  /// A file whose bytes are those of an archive that was read already.
  package struct Copy: Sendable {
    package let path: String
    package let original: String
  }

  /// What was ingested, in the order of the archives' paths; of archives that have grown, what is new.
  package internal(set) var records: [ArchiveRecord] = []
  package internal(set) var failures: [Failure] = []
  package internal(set) var copies: [Copy] = []
  /// How many archives the lake had.
  package internal(set) var knownCount = 0
  /// The archives that are still being written.
  package internal(set) var unfinished: [String] = []
  /// Whether there is anything to publish.
  package internal(set) var isChanged = true
  /// The files of the quarantine that are no longer of an archive.
  package internal(set) var retiredQuarantine: [String] = []
  /// The partitions of the lake in which nothing is left, by their paths in it.
  package internal(set) var retiredPartitions: [String] = []
  /// The files that were seen.
  package internal(set) var seen = SeenArchives()
  package internal(set) var observations = 0
  package internal(set) var identities = 0
  /// How many identity deliveries were of identities that were erased.
  package internal(set) var forgottenDeliveries: Int64 = 0

  package init() {}
}
