package import Bytes
package import Observations
internal import Tables

/// Erases identities from a lake: finds them, and writes what is left without them.
package struct LakeErasure {
  /// What a lake holds of some identities.
  package struct Findings: Sendable {
    /// Which of the names there are.
    package fileprivate(set) var names: Set<ByteInterner.ID> = []
    package fileprivate(set) var observations = 0
    package fileprivate(set) var traitValues = 0
    /// How many partitions have to be written anew, or go.
    package fileprivate(set) var partitions = 0
    /// How many states nothing names then.
    package fileprivate(set) var states = 0
    package fileprivate(set) var deliveries = ForgottenDeliveries()
    /// The dates on which there is anything of them, in days since 1970-01-01.
    fileprivate var days: Set<Int32> = []

    /// Nothing.
    package init() {}

    package var isEmpty: Bool { days.isEmpty }
  }

  private let lake: LakeReader
  private let names: ByteInterner

  /// - Parameters:
  ///   - lake: The lake.
  ///   - names: The identities, as the lake has them.
  package init(_ lake: LakeReader, _ names: ByteInterner) {
    self.lake = lake
    self.names = names
  }

  /// Reads all observations and trait values, after it compared the lake with its manifest, with all its bytes.
  ///
  /// - Returns: What there is of the identities.
  /// - Throws: ``FileFailure``, ``ParquetError``, or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows; memory for 32 bytes a state.
  package func find() throws -> Findings {
    try lake.manifest()?.verify(lake.path, readsAll: true)
    var findings = Findings()
    var flags: Set<Digest128> = []
    var segments: Set<Digest128> = []
    for file in try lake.files(.observations) {
      try file.forEachBatch(columns: [1, 3, 4, 7]) { batch in
        let identities = batch.columns[0].texts
        for row in 0..<batch.rowCount {
          if let name = names.find(identities[row]) {
            findings.add(name, day: file.day)
            findings.observations += 1
            findings.deliveries.add(batch.columns[3].integers[row], day: Int32(file.day ?? 0))
          } else {
            if let state = batch.columns[1].digest128(row) { flags.insert(state) }
            if let state = batch.columns[2].digest128(row) { segments.insert(state) }
          }
        }
      }
    }
    for file in try lake.files(.traitValues) {
      try file.forEachBatch(columns: [1]) { batch in
        let identities = batch.columns[0].texts
        for row in 0..<batch.rowCount {
          guard let name = names.find(identities[row]) else { continue }
          findings.add(name, day: file.day)
          findings.traitValues += 1
        }
      }
    }
    guard !findings.isEmpty else { return findings }
    for table in LakeTable.allCases where table.isPartitioned {
      findings.partitions += findings.days.count { lake.partition(table, day: $0) != nil }
    }
    findings.states =
      try count(.flagStates, besides: flags) + count(.segmentStates, besides: segments)
    return findings
  }

  /// How many states a table holds that are not among these.
  private func count(_ table: LakeTable, besides states: Set<Digest128>) throws -> Int {
    var count = 0
    var last: Digest128?
    for file in try lake.files(table) {
      try file.forEachBatch(columns: [0]) { batch in
        for row in 0..<batch.rowCount {
          let state = batch.columns[0].digest128(row)
          guard let state, state != last else { continue }
          last = state
          if !states.contains(state) { count += 1 }
        }
      }
    }
    return count
  }

  /// Writes what changes in the lake.
  ///
  /// - Parameters:
  ///   - findings: What was found.
  ///   - record: What is known of all identities that were erased, these too.
  ///   - directory: Where the files go that take the place of others.
  ///   - temporary: Where files go that do not outlive the call.
  /// - Returns: The partitions in which nothing is left, by their paths in the lake.
  /// - Throws: ``FileFailure``, ``ParquetError``, ``DamagedRun`` or ``LakeReader/Damaged``.
  package func write(
    _ findings: Findings,
    _ record: ForgottenRecord,
    to directory: String,
    temporary: String
  ) throws -> [String] {
    let writer = try LakeWriter(directory: directory, adding: lake, remaking: findings.days)
    if !findings.isEmpty {
      try writer.writeStored(without: names)
      let nothing = FactRuns(directory: temporary, prefix: "erased")
      for part in [LakeWriter.Part.flagStates, .segmentStates] {
        _ = try writer.write(part, of: nothing, windows: WindowPolicy())
      }
    }
    try writer.write(record)
    if let manifest = try lake.manifest() { try writer.writeManifest(manifest.settings) }
    return writer.retired
  }
}

extension LakeErasure.Findings {
  fileprivate mutating func add(_ name: ByteInterner.ID, day: Int?) {
    names.insert(name)
    if let day { days.insert(Int32(day)) }
  }
}
