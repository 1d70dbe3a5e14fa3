internal import Bytes
internal import Files
package import Lake
package import Observations

/// Erases identities from a lake and from the quarantine.
package struct Forget {
  /// What is erased, or would be.
  package struct Result: Sendable {
    /// Whether there is a lake already.
    package fileprivate(set) var hasLake: Bool
    /// Which of the identities the lake has, by their places among those that were given.
    package fileprivate(set) var found: Set<Int> = []
    package fileprivate(set) var lake = LakeErasure.Findings()
    /// How many lines of the quarantine mention one of them.
    package fileprivate(set) var quarantinedLines = 0
    /// What is known of all identities that were erased.
    package fileprivate(set) var record: ForgottenRecord
    /// Whether that changes.
    package fileprivate(set) var isRecordNew: Bool
    /// The partitions in which nothing is left, by their paths in the lake.
    package fileprivate(set) var retired: [String] = []

    /// Whether there is anything to publish.
    package var isChanged: Bool { isRecordNew || !lake.isEmpty || quarantinedLines > 0 }
  }

  private let personalData: PersonalData
  private let record: ForgottenRecord
  private let isNew: Bool
  private let lake: LakeReader?
  private let names: ByteInterner
  /// For every name the identity that has it, by its place.
  private let owners: [Int]
  private var quarantine: [QuarantineErasure] = []

  /// - Parameters:
  ///   - identities: What is erased: identities as Flagsmith names them, or pseudonyms.
  ///   - personalData: What is kept of personal data.
  ///   - lake: The lake; `nil` where there is none yet.
  ///   - known: What was erased before.
  ///   - key: The key under which that is recorded.
  package init(
    _ identities: [[UInt8]],
    _ personalData: PersonalData,
    lake: LakeReader?,
    known: ForgottenRecord?,
    key: ForgottenKey
  ) {
    var names = ByteInterner()
    var owners: [Int] = []
    var record = known ?? ForgottenRecord(key)
    var forgotten = key.identities(record)
    for (place, identity) in identities.enumerated() {
      forgotten.insert(identity.span)
      for name in personalData.names(of: identity) where names.find(name.span) == nil {
        _ = names.intern(name.span)
        owners.append(place)
      }
    }
    record.digests = forgotten.digests
    isNew = record != known
    self.record = record
    self.personalData = {
      var personalData = personalData
      personalData.forgotten = forgotten
      return personalData
    }()
    self.lake = lake
    self.names = names
    self.owners = owners
  }

  /// Looks for the identities, and changes nothing.
  ///
  /// - Parameter directory: The quarantine.
  /// - Returns: What there is of them.
  /// - Throws: ``FileFailure``, ``ArchiveError``, ``ParquetError`` or ``LakeReader/Damaged``.
  package mutating func find(quarantine directory: String) throws -> Result {
    var result = Result(hasLake: lake != nil, record: record, isRecordNew: isNew)
    if let lake { result.lake = try LakeErasure(lake, names).find() }
    result.found = Set(result.lake.names.map { owners[Int($0)] })
    result.record = record.adding(result.lake.deliveries)
    guard var finder = MentionFinder(personalData) else { return result }
    let suffix = ".jsonl.gz"
    for name in try FileSystem.list(directory) where name.hasSuffix(suffix) {
      let digits = Array(name.utf8.dropLast(suffix.utf8.count))
      guard let digest = Digest256(hexadecimal: digits.span) else { continue }
      let erasure = try QuarantineErasure("\(directory)/\(name)", of: digest, &finder)
      guard !erasure.erased.isEmpty else { continue }
      quarantine.append(erasure)
      result.quarantinedLines += erasure.erased.count
    }
    return result
  }

  /// Writes what changes.
  ///
  /// - Parameters:
  ///   - result: What was found; the partitions in which nothing is left are added.
  ///   - directories: Where the files go that take the place of others.
  /// - Throws: ``FileFailure``, ``ArchiveError``, ``ParquetError``, ``DamagedRun`` or ``LakeReader/Damaged``.
  package func write(_ result: inout Result, _ directories: Ingest.Directories) throws {
    if let lake {
      result.retired = try LakeErasure(lake, names).write(
        result.lake,
        result.record,
        to: directories.lake,
        temporary: directories.temporary
      )
    } else {
      try result.record.write(to: directories.lake)
    }
    for erasure in quarantine { try erasure.write(to: directories.quarantine) }
  }
}
