internal import Bytes
internal import Flagsmith
internal import Runs

/// The kinds of records in a run of facts, in their order there.
enum FactKind: UInt8 {
  case observation = 1
  case traitValue
  case identity
}

extension [UInt8] {
  /// Makes the bytes the key of an observation's record.
  mutating func setObservationKey(
    day: Int32,
    environment: Int64?,
    identity: Span<UInt8>,
    start: Int64,
    _ flagState: Digest128,
    _ segmentState: Digest128
  ) {
    removeAll(keepingCapacity: true)
    append(FactKind.observation.rawValue)
    append(sortable: day)
    append(sortable: environment)
    append(sortable: identity)
    append(sortable: start)
    append(sortable: flagState)
    append(sortable: segmentState)
  }

  /// Makes the bytes the key of a trait value's record, of which ``append(sortable:_:_:)`` gives the rest.
  mutating func setTraitKey(day: Int32, environment: Int64?, identity: Span<UInt8>) {
    removeAll(keepingCapacity: true)
    append(FactKind.traitValue.rawValue)
    append(sortable: day)
    append(sortable: environment)
    append(sortable: identity)
  }

  /// Appends a trait's key, type and value.
  mutating func append(sortable trait: Span<UInt8>, _ type: ValueType, _ value: Span<UInt8>) {
    append(sortable: trait)
    append(type.sortableRank)
    append(sortable: value)
  }
}

/// How facts in runs fold.
package enum FactFolding: RunFolding {
  package static func fold(_ other: [UInt8], into value: inout [UInt8], key: [UInt8]) {
    switch FactKind(rawValue: key[0]) {
    case .observation:
      var measures = ObservationMeasures(value.span)
      measures.merge(ObservationMeasures(other.span))
      value.removeAll(keepingCapacity: true)
      measures.append(to: &value)
    case .traitValue:
      var interval = Interval(value.span)
      interval.merge(Interval(other.span))
      value.removeAll(keepingCapacity: true)
      interval.append(to: &value)
    case .identity, nil: break
    }
  }
}

extension Interval {
  init(_ bytes: Span<UInt8>) {
    var cursor = SortableCursor(bytes)
    self.init(first: cursor.int64(), last: cursor.int64())
  }

  func append(to bytes: inout [UInt8]) {
    bytes.append(sortable: first)
    bytes.append(sortable: last)
  }
}

extension ObservationMeasures {
  init(_ bytes: Span<UInt8>) {
    var cursor = SortableCursor(bytes)
    let interval = Interval(first: cursor.int64(), last: cursor.int64())
    self.init(interval: interval, deliveries: cursor.int64())
  }

  func append(to bytes: inout [UInt8]) {
    interval.append(to: &bytes)
    bytes.append(sortable: deliveries)
  }
}

extension ValueType {
  /// The place of the type when types are sorted by their names.
  var sortableRank: UInt8 {
    switch self {
    case .boolean: 0
    case .float: 1
    case .integer: 2
    case .null: 3
    case .string: 4
    }
  }

  init?(sortableRank: UInt8) {
    guard let type = Self.allCases.first(where: { $0.sortableRank == sortableRank }) else {
      return nil
    }
    self = type
  }
}
