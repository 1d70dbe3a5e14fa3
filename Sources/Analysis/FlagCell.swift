internal import Bytes
internal import Lake
internal import Runs
internal import Tables

/// A feature with a value, as the summaries count it.
struct FlagCell: Equatable {
  let environment: Int64?
  let featureID: Int64
  let feature: ByteText
  let featureType: ByteText
  let enabled: Bool
  let valueType: ByteText
  let value: ByteText?

  static let multivariate = ByteText("MULTIVARIATE")

  var isMultivariate: Bool { featureType == Self.multivariate }

  /// The cell of a key; see ``FlagKeys``.
  init(_ key: Span<UInt8>) {
    var cursor = SortableCursor(key)
    environment = cursor.optionalInt64()
    featureID = cursor.int64()
    feature = cursor.byteText()
    featureType = cursor.byteText()
    enabled = cursor.byte() != 0
    valueType = cursor.byteText()
    value = cursor.byte() == 0 ? nil : cursor.byteText()
  }

  /// Whether both are of one feature in one environment, whatever its type.
  func isOfSameFeature(as other: FlagCell) -> Bool {
    environment == other.environment && featureID == other.featureID && feature == other.feature
  }

  /// Whether both differ at most in the type of the feature.
  func isSameWithoutType(as other: FlagCell) -> Bool {
    isOfSameFeature(as: other) && enabled == other.enabled && valueType == other.valueType
      && value == other.value
  }

  /// The order of rows in `exposures`, which has no type of feature, within one feature.
  static func precedesInValue(_ left: FlagCell, _ right: FlagCell) -> Bool {
    if left.enabled != right.enabled { return right.enabled }
    if left.valueType != right.valueType { return left.valueType < right.valueType }
    return left.value < right.value
  }
}

/// A segment with a membership, as the summaries count it.
struct SegmentCell {
  let segmentID: Int64
  let segment: ByteText
  let member: Bool

  /// The cell of a key; see ``SegmentKeys``.
  init(_ key: Span<UInt8>) {
    var cursor = SortableCursor(key)
    segmentID = cursor.int64()
    segment = cursor.byteText()
    member = cursor.byte() != 0
  }
}

/// The cells of a batch of rows of states as bytes that sort as the cells do.
protocol CellKeys {
  /// The table of states.
  static var table: LakeTable { get }

  /// The places of the columns that the batches have, that of the state first.
  static var columns: [Int] { get }

  init(_ batch: Table)

  /// Appends the key of the cell in a row.
  func append(_ row: Int, to key: inout [UInt8])

  /// Whether two rows have the same cell.
  func isSame(_ row: Int, _ other: Int) -> Bool
}

/// The keys of flags: all columns of `feature_daily` but the date, in their order.
struct FlagKeys: CellKeys {
  static let table = LakeTable.flagStates
  static let columns = Array(0...7)

  private let environments: Column
  private let featureIDs: [Int64]
  private let features: TextValues
  private let featureTypes: TextValues
  private let enabled: [Int64]
  private let valueTypes: TextValues
  private let values: Column

  init(_ batch: Table) {
    environments = batch.columns[1]
    featureIDs = batch.columns[2].integers
    features = batch.columns[3].texts
    featureTypes = batch.columns[4].texts
    enabled = batch.columns[5].integers
    valueTypes = batch.columns[6].texts
    values = batch.columns[7]
  }

  func append(_ row: Int, to key: inout [UInt8]) {
    key.append(sortable: environments.integer(row))
    key.append(sortable: featureIDs[row])
    key.append(sortable: features[row])
    key.append(sortable: featureTypes[row])
    key.append(UInt8(enabled[row] == 0 ? 0 : 1))
    key.append(sortable: valueTypes[row])
    key.append(values.isNull(row) ? UInt8(0) : 1)
    if !values.isNull(row) { key.append(sortable: values.texts[row]) }
  }

  func isSame(_ row: Int, _ other: Int) -> Bool {
    featureIDs[row] == featureIDs[other] && enabled[row] == enabled[other]
      && environments.integer(row) == environments.integer(other)
      && values.isNull(row) == values.isNull(other)
      && values.texts[row].equalBytes(values.texts[other])
      && features[row].equalBytes(features[other])
      && featureTypes[row].equalBytes(featureTypes[other])
      && valueTypes[row].equalBytes(valueTypes[other])
  }
}

/// The keys of segments: all columns of `segment_daily` but the date and the environment, in their order.
struct SegmentKeys: CellKeys {
  static let table = LakeTable.segmentStates
  static let columns = Array(0...3)

  private let segmentIDs: [Int64]
  private let segments: TextValues
  private let members: [Int64]

  init(_ batch: Table) {
    segmentIDs = batch.columns[1].integers
    segments = batch.columns[2].texts
    members = batch.columns[3].integers
  }

  func append(_ row: Int, to key: inout [UInt8]) {
    key.append(sortable: segmentIDs[row])
    key.append(sortable: segments[row])
    key.append(UInt8(members[row] == 0 ? 0 : 1))
  }

  func isSame(_ row: Int, _ other: Int) -> Bool {
    segmentIDs[row] == segmentIDs[other] && members[row] == members[other]
      && segments[row].equalBytes(segments[other])
  }
}

extension SortableCursor {
  /// The next text.
  mutating func byteText() -> ByteText {
    var bytes: [UInt8] = []
    text(into: &bytes)
    return ByteText(bytes.span)
  }
}

extension Column {
  /// Adds a text, or a null cell for `nil`.
  mutating func append(_ text: ByteText?) {
    if let text { append(text.bytes.span) } else { appendNull() }
  }
}
