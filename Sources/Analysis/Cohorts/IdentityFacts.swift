internal import Bytes
internal import Lake
internal import Runs
internal import Tables

/// What is known of one identity in an environment, over the dates that are summarised.
struct IdentityHistory {
  /// An observation.
  struct Sighting {
    let day: Int
    let flagState: Int32
    let segmentState: Int32
    let firstAt: Int64
    let lastAt: Int64
  }

  /// A value of a trait.
  struct TraitFact {
    let trait: Int
    let day: Int
    let firstAt: Int64
    let lastAt: Int64
    let type: String
    let text: String?
  }

  fileprivate(set) var environment: Int64?
  fileprivate(set) var identity: [UInt8] = []
  /// By date.
  fileprivate(set) var sightings: [Sighting] = []
  /// By date.
  fileprivate(set) var traits: [TraitFact] = []
}

/// Facts of all identities in sorted runs, so that those of each come together whatever their date.
struct IdentityFacts {
  /// That no two records have the same key.
  private enum Folding: RunFolding {
    static func fold(_ other: [UInt8], into value: inout [UInt8], key: [UInt8]) {}
  }

  private var runs: RunSet<Folding>
  private var key: [UInt8] = []
  private var value: [UInt8] = []

  /// - Parameter directory: Where runs go.
  init(directory: String) { runs = RunSet(directory: directory, prefix: "identities") }

  /// Adds a partition of `observations`.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  mutating func addObservations(
    _ partition: LakeReader.File,
    _ flags: FlagStateViews,
    _ segments: SegmentStateMembers
  ) throws {
    try add(partition, kind: 0, columns: [0, 1, 3, 4, 5, 6]) { batch, row, value in
      guard let flagState = batch.columns[2].digest(row),
        let segmentState = batch.columns[3].digest(row)
      else { throw LakeReader.Damaged(path: partition.path, fault: "a row names no state") }
      value.append(sortable: flags.number(flagState))
      value.append(sortable: segments.number(segmentState))
      value.append(sortable: batch.columns[4].integers[row])
      value.append(sortable: batch.columns[5].integers[row])
      return true
    }
  }

  /// Adds those rows of a partition of `trait_values` that are of some traits.
  ///
  /// - Throws: ``FileFailure`` or ``ParquetError``.
  mutating func addTraits(_ partition: LakeReader.File, traits: [String]) throws {
    let wanted = traits.map { Array($0.utf8) }
    try add(partition, kind: 1, columns: [0, 1, 2, 3, 4, 6, 7]) { batch, row, value in
      let names = batch.columns[2].texts
      guard let trait = wanted.firstIndex(where: { names[row].equalBytes($0.span) }) else {
        return false
      }
      let types = batch.columns[3].texts
      value.append(sortable: Int32(trait))
      value.append(sortable: batch.columns[5].integers[row])
      value.append(sortable: batch.columns[6].integers[row])
      value.append(sortable: types[row])
      if !batch.columns[4].isNull(row) {
        let texts = batch.columns[4].texts
        value.append(UInt8(1))
        value.append(texts[row])
      }
      return true
    }
  }

  private mutating func add(
    _ partition: LakeReader.File,
    kind: UInt8,
    columns: [Int],
    _ makeValue: (_ batch: Table, _ row: Int, _ value: inout [UInt8]) throws -> Bool
  ) throws {
    var number: Int64 = 0
    var runs = self.runs
    let run = try runs.write { writer in
      try partition.forEachBatch(columns: columns) { batch in
        let environments = batch.columns[0]
        let identities = batch.columns[1].texts
        for row in 0..<batch.rowCount {
          value.removeAll(keepingCapacity: true)
          guard try makeValue(batch, row, &value) else { continue }
          key.removeAll(keepingCapacity: true)
          key.append(sortable: environments.integer(row))
          key.append(sortable: identities[row])
          key.append(kind)
          key.append(sortable: Int32(partition.day ?? 0))
          key.append(sortable: number)
          number += 1
          try writer.append(key: key.span, value: value.span)
        }
      }
    }
    runs.add(run)
    self.runs = runs
  }

  /// Hands on what is known of each identity, by environment and identity.
  ///
  /// - Throws: ``FileFailure``, ``DamagedRun`` or what `body` throws.
  /// - Complexity: O(*n* log *k*) in the facts, in *k* partitions; memory for those of one identity.
  mutating func forEachHistory(_ body: (IdentityHistory) throws -> Void) throws {
    var history = IdentityHistory()
    var merge = try runs.merge()
    var identity: [UInt8] = []
    var isFirst = true
    while try merge.advance() {
      let (key, value) = (merge.key, merge.value)
      var cursor = SortableCursor(key.span)
      let environment = cursor.optionalInt64()
      cursor.text(into: &identity)
      let isObservation = cursor.byte() == 0
      let day = Int(cursor.int32())
      if isFirst || environment != history.environment || identity != history.identity {
        if !isFirst { try body(history) }
        isFirst = false
        history.environment = environment
        history.identity = identity
        history.sightings.removeAll(keepingCapacity: true)
        history.traits.removeAll(keepingCapacity: true)
      }
      if isObservation {
        history.addSighting(day, value.span)
      } else {
        history.addTrait(day, value.span)
      }
    }
    if !isFirst { try body(history) }
  }
}

extension IdentityHistory {
  fileprivate mutating func addSighting(_ day: Int, _ value: Span<UInt8>) {
    var cursor = SortableCursor(value)
    sightings.append(
      Sighting(
        day: day,
        flagState: cursor.int32(),
        segmentState: cursor.int32(),
        firstAt: cursor.int64(),
        lastAt: cursor.int64()
      )
    )
  }

  fileprivate mutating func addTrait(_ day: Int, _ value: Span<UInt8>) {
    var cursor = SortableCursor(value)
    let trait = Int(cursor.int32())
    let (firstAt, lastAt) = (cursor.int64(), cursor.int64())
    var type: [UInt8] = []
    cursor.text(into: &type)
    // Four bytes of the place, twice eight of times, the type and two that end it.
    let start = 4 + 16 + type.count + 2
    traits.append(
      TraitFact(
        trait: trait,
        day: day,
        firstAt: firstAt,
        lastAt: lastAt,
        type: String(decoding: type, as: UTF8.self),
        text: start < value.count ? String(decoding: value.extracting((start + 1)...)) : nil
      )
    )
  }
}
