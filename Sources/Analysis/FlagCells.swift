internal import Bytes
internal import Lake
internal import Tables

/// A feature with a value, as the summaries count it.
struct FlagCell: Hashable {
  let environment: Int64?
  let featureID: Int64
  let feature: ByteText
  let featureType: ByteText
  let enabled: Bool
  let valueType: ByteText
  let value: ByteText?

  private static let multivariate = ByteText("MULTIVARIATE")

  var isMultivariate: Bool { featureType == Self.multivariate }

  /// The order of rows in `feature_daily`.
  static func precedes(_ left: FlagCell, _ right: FlagCell) -> Bool {
    if left.environment != right.environment { return left.environment < right.environment }
    if left.featureID != right.featureID { return left.featureID < right.featureID }
    if left.feature != right.feature { return left.feature < right.feature }
    if left.featureType != right.featureType {
      return left.featureType < right.featureType
    }
    return precedesInValue(left, right)
  }

  /// The order of rows in `exposures`, which has no type of feature.
  static func precedesWithoutType(_ left: FlagCell, _ right: FlagCell) -> Bool {
    if left.environment != right.environment { return left.environment < right.environment }
    if left.featureID != right.featureID { return left.featureID < right.featureID }
    if left.feature != right.feature { return left.feature < right.feature }
    return precedesInValue(left, right)
  }

  private static func precedesInValue(_ left: FlagCell, _ right: FlagCell) -> Bool {
    if left.enabled != right.enabled { return right.enabled }
    if left.valueType != right.valueType { return left.valueType < right.valueType }
    return left.value < right.value
  }
}

/// A segment with a membership, as the summaries count it.
struct SegmentCell: Hashable {
  let segmentID: Int64
  let segment: ByteText
  let member: Bool

  static func precedes(_ left: SegmentCell, _ right: SegmentCell) -> Bool {
    if left.segmentID != right.segmentID { return left.segmentID < right.segmentID }
    if left.segment != right.segment { return left.segment < right.segment }
    return !left.member && right.member
  }
}

/// The distinct cells of all states, in their canonical order, and which of them each state holds.
struct StateCells<Cell: Hashable> {
  private(set) var cells: [Cell] = []
  /// For every state the places of its cells, each once.
  private var places: [Digest128: [Int]] = [:]

  /// - Parameters:
  ///   - rows: States and the cells in them, in any order, with repeats.
  ///   - precedes: The canonical order of cells.
  init(_ rows: [(state: Digest128, cell: Cell)], sortedBy precedes: (Cell, Cell) -> Bool) {
    cells = Set(rows.map(\.cell)).sorted(by: precedes)
    var ranks: [Cell: Int] = [:]
    for (rank, cell) in cells.enumerated() { ranks[cell] = rank }
    var sets: [Digest128: Set<Int>] = [:]
    for row in rows { if let rank = ranks[row.cell] { sets[row.state, default: []].insert(rank) } }
    places = sets.mapValues { $0.sorted() }
  }

  /// The places of the cells of a state; none for the empty one.
  func places(of state: Digest128) -> [Int] { places[state] ?? [] }
}

extension LakeReader {
  /// The cells of all flag states.
  func flagCells() throws -> StateCells<FlagCell> {
    var rows: [(state: Digest128, cell: FlagCell)] = []
    try forEachBatch(.flagStates) { batch in
      let columns = batch.columns
      for row in 0..<batch.rowCount {
        guard let state = columns[0].digest(row) else {
          throw LakeReader.Damaged(path: path, fault: "row \(row) of flag_states names no state")
        }
        let cell = FlagCell(
          environment: columns[1].integer(row),
          featureID: columns[2].integers[row],
          feature: columns[3].requiredText(row),
          featureType: columns[4].requiredText(row),
          enabled: columns[5].integers[row] != 0,
          valueType: columns[6].requiredText(row),
          value: columns[7].text(row)
        )
        rows.append((state, cell))
      }
    }
    return StateCells(rows, sortedBy: FlagCell.precedes)
  }

  /// The cells of all segment states.
  func segmentCells() throws -> StateCells<SegmentCell> {
    var rows: [(state: Digest128, cell: SegmentCell)] = []
    try forEachBatch(.segmentStates) { batch in
      let columns = batch.columns
      for row in 0..<batch.rowCount {
        guard let state = columns[0].digest(row) else {
          throw LakeReader.Damaged(path: path, fault: "row \(row) of segment_states names no state")
        }
        let cell = SegmentCell(
          segmentID: columns[1].integers[row],
          segment: columns[2].requiredText(row),
          member: columns[3].integers[row] != 0
        )
        rows.append((state, cell))
      }
    }
    return StateCells(rows, sortedBy: SegmentCell.precedes)
  }
}

extension Column {
  /// The integer of a row, or `nil` where it is null.
  func integer(_ row: Int) -> Int64? { isNull(row) ? nil : integers[row] }

  /// The text of a row of a column without nulls.
  func requiredText(_ row: Int) -> ByteText { ByteText(texts[row]) }

  /// The digest that a row's text spells; `nil` where it spells none.
  func digest(_ row: Int) -> Digest128? { Digest128(hexadecimal: texts[row]) }

  /// The text of a row, or `nil` where it is null.
  func text(_ row: Int) -> ByteText? { isNull(row) ? nil : ByteText(texts[row]) }

  /// Adds a text, or a null cell for `nil`.
  mutating func append(_ text: ByteText?) {
    if let text { append(text.bytes.span) } else { appendNull() }
  }
}

extension Int64? {
  /// Whether the number is smaller, null first.
  static func < (left: Int64?, right: Int64?) -> Bool {
    guard let right else { return false }
    return left.map { $0 < right } ?? true
  }
}
