internal import Bytes
internal import Captures
internal import Flagsmith
package import Observations
internal import Tables

/// Writes a whole lake into an empty directory.
package struct LakeWriter {
  private let directory: String

  /// A writer into `directory`, which it creates.
  package init(directory: String) throws {
    self.directory = directory
    for table in LakeTable.allCases {
      try FileSystem.makeDirectory("\(directory)/\(table.rawValue)")
    }
  }

  /// Writes observations, trait values and the states they refer to.
  ///
  /// - Returns: How many observations and how many distinct identities there are.
  /// - Complexity: O(*n* log *n*) in the facts.
  package func write(
    _ facts: Facts,
    _ names: FactNames,
    windows: WindowPolicy
  ) throws -> (observations: Int, identities: Int) {
    let observations = facts.sortedObservations(names, windows)
    try writeObservations(observations, names)
    try writeTraitValues(facts.sortedTraitValues(names), names)
    try writeFlagStates(Set(observations.map(\.flagState)), names.flagStates)
    try writeSegmentStates(Set(observations.map(\.segmentState)), names.segmentStates)
    return (observations.count, Set(observations.map(\.identity)).count)
  }

  /// Writes the ledger.
  package func write(_ records: [ArchiveRecord]) throws {
    var file = try tableFile(.archives)
    for record in records.sorted(by: { $0.digest.hexadecimal < $1.digest.hexadecimal }) {
      file.batch.append(record)
      try file.commitRow()
    }
    try file.finish()
  }

  /// Writes how many lines had which outcome on which date.
  package func write(_ counts: DeliveryCounts) throws {
    var file = try tableFile(.deliveryCounts)
    let sorted = counts.lines.sorted { left, right in
      if left.key.day != right.key.day {
        return (left.key.day ?? .min) < (right.key.day ?? .min)
      }
      return left.key.outcome.name < right.key.outcome.name
    }
    for (key, lines) in sorted {
      file.batch.columns[0].append(key.day.map(Int64.init))
      file.batch.columns[1].append(key.outcome.name)
      file.batch.columns[2].append(lines)
      try file.commitRow()
    }
    try file.finish()
  }

  private func tableFile(_ table: LakeTable, day: Int32? = nil) throws -> TableFile {
    var path = "\(directory)/\(table.rawValue)"
    if let day {
      var date: [UInt8] = []
      date.append(date: Int(day))
      path += "/date=" + String(decoding: date, as: UTF8.self)
      try FileSystem.makeDirectory(path)
    }
    return try TableFile(table.schema, path: "\(path)/\(table.rawValue).parquet")
  }

  private func writeObservations(_ observations: [Observation], _ names: FactNames) throws {
    for partition in observations.runs(by: \.day) {
      var file = try tableFile(.observations, day: partition.first?.day)
      for observation in partition {
        file.batch.columns[0].append(observation.environment)
        file.batch.columns[1].append(names.identities[observation.identity])
        file.batch.columns[2].append(observation.windowStart)
        let flags = names.flagStates.digests[Int(observation.flagState)]
        file.batch.columns[3].append(flags.hexadecimalBytes.span)
        let segments = names.segmentStates.digests[Int(observation.segmentState)]
        file.batch.columns[4].append(segments.hexadecimalBytes.span)
        file.batch.columns[5].append(observation.measures.interval.first)
        file.batch.columns[6].append(observation.measures.interval.last)
        file.batch.columns[7].append(observation.measures.deliveries)
        try file.commitRow()
      }
      try file.finish()
    }
  }

  private func writeTraitValues(_ traits: [TraitObservation], _ names: FactNames) throws {
    for partition in traits.runs(by: \.day) {
      var file = try tableFile(.traitValues, day: partition.first?.day)
      for observation in partition {
        let value = names.traitValue(observation.trait)
        file.batch.columns[0].append(observation.environment)
        file.batch.columns[1].append(names.identities[observation.identity])
        file.batch.columns[2].append(value.trait.span)
        file.batch.columns[3].append(String(describing: value.type.name))
        if value.type == .null {
          file.batch.columns[4].appendNull()
        } else {
          file.batch.columns[4].append(value.value.span)
        }
        file.batch.columns[5].append(value.number)
        file.batch.columns[6].append(observation.interval.first)
        file.batch.columns[7].append(observation.interval.last)
        try file.commitRow()
      }
      try file.finish()
    }
  }

  private func writeFlagStates(_ used: Set<StateBook.ID>, _ book: StateBook) throws {
    var file = try tableFile(.flagStates)
    for id in used.sorted(by: { book.digests[Int($0)] < book.digests[Int($1)] }) {
      let name = book.digests[Int(id)].hexadecimalBytes
      for row in try FlagRow.rows(of: book.text(id).span).sorted(by: FlagRow.precedes) {
        file.batch.columns[0].append(name.span)
        file.batch.append(row, from: 1)
        try file.commitRow()
      }
    }
    try file.finish()
  }

  private func writeSegmentStates(_ used: Set<StateBook.ID>, _ book: StateBook) throws {
    var file = try tableFile(.segmentStates)
    for id in used.sorted(by: { book.digests[Int($0)] < book.digests[Int($1)] }) {
      let name = book.digests[Int(id)].hexadecimalBytes
      for row in try SegmentRow.rows(of: book.text(id).span).sorted(by: SegmentRow.precedes) {
        file.batch.columns[0].append(name.span)
        file.batch.columns[1].append(row.segmentID)
        file.batch.columns[2].append(row.segment)
        file.batch.columns[3].append(row.member)
        try file.commitRow()
      }
    }
    try file.finish()
  }
}

extension TraitValue {
  /// The value where it is a number.
  fileprivate var number: Double? {
    guard type == .integer || type == .float else { return nil }
    let text = String(decoding: value, as: UTF8.self)
    return switch text {
    case "NaN": .nan
    case "Infinity": .infinity
    case "-Infinity": -.infinity
    default: Double(text)
    }
  }
}

extension Table {
  fileprivate mutating func append(_ row: FlagRow, from column: Int) {
    columns[column].append(row.environment)
    columns[column + 1].append(row.featureID)
    columns[column + 2].append(row.feature)
    columns[column + 3].append(row.featureType)
    columns[column + 4].append(row.enabled)
    columns[column + 5].append(row.valueType)
    columns[column + 6].append(row.value)
    columns[column + 7].append(row.percentageAllocation)
    columns[column + 8].append(row.initialValue)
    columns[column + 9].append(row.override)
  }

  fileprivate mutating func append(_ record: ArchiveRecord) {
    var numbers: [Int64] = [
      record.bytes, record.inflatedBytes, record.lines, record.identityDeliveries,
      record.otherDeliveries, record.quarantined, record.verdicts[.verified] ?? 0,
      record.verdicts[.reconstructed] ?? 0, record.verdicts[.unsignedAccepted] ?? 0,
    ]
    columns[0].append(record.digest.hexadecimalBytes.span)
    columns[1].append(record.path)
    for (place, number) in numbers.enumerated() { columns[2 + place].append(number) }
    let status = 2 + numbers.count
    columns[status].append(record.status.rawValue)
    numbers = record.rejectionCounts
    for (place, number) in numbers.enumerated() { columns[status + 1 + place].append(number) }
    columns[status + 1 + numbers.count].append(record.received?.first)
    columns[status + 2 + numbers.count].append(record.received?.last)
  }
}

extension Array {
  /// The stretches of elements in a row for which `key` is the same.
  fileprivate func runs<Key: Equatable>(by key: (Element) -> Key) -> [ArraySlice<Element>] {
    var runs: [ArraySlice<Element>] = []
    var start = startIndex
    for index in indices where index > start && key(self[index]) != key(self[start]) {
      runs.append(self[start..<index])
      start = index
    }
    if start < endIndex { runs.append(self[start...]) }
    return runs
  }
}
