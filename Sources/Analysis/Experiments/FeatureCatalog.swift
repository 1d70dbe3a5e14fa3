internal import Bytes
internal import Lake
internal import Tables

/// The features and segments that a lake's tables of states name.
struct FeatureCatalog {
  /// The names of all features, sorted.
  let names: [String]
  /// The names of all segments, sorted.
  let segments: [String]
  let flagCells: StateCells
  let segmentCells: StateCells
  /// The environments of each feature, none first.
  private let environments: [ByteText: [Int64?]]

  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows of the tables of states.
  init(_ lake: LakeReader) throws {
    let flagCells = try StateCells(lake, FlagKeys.self)
    let segmentCells = try StateCells(lake, SegmentKeys.self)
    var found: [ByteText: [Int64?]] = [:]
    for place in 0..<Int32(flagCells.cellCount) {
      let cell = FlagCell(flagCells.key(place))
      // Cells are in the order of their environments, none first.
      if found[cell.feature]?.last != .some(cell.environment) {
        found[cell.feature, default: []].append(cell.environment)
      }
    }
    environments = found
    names = found.keys.sorted().map(\.string)
    var segments: Set<ByteText> = []
    for place in 0..<Int32(segmentCells.cellCount) {
      segments.insert(SegmentCell(segmentCells.key(place)).segment)
    }
    self.segments = segments.sorted().map(\.string)
    self.flagCells = flagCells
    self.segmentCells = segmentCells
  }

  /// The environments that a feature was seen in, none first; `nil` where it was never seen.
  func environments(of feature: String) -> [Int64?]? { environments[ByteText(feature)] }

  /// The cells of a feature in an environment, by their places.
  func cells(of feature: String, in environment: Int64?) -> [(place: Int32, cell: FlagCell)] {
    let name = ByteText(feature)
    return (0..<Int32(flagCells.cellCount)).compactMap { place in
      let cell = FlagCell(flagCells.key(place))
      return cell.feature == name && cell.environment == environment ? (place, cell) : nil
    }
  }

  /// The values that a feature has where nothing says for which share of identities.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows of `flag_states`.
  func valuesWithoutAllocation(
    _ lake: LakeReader,
    of feature: String,
    in environment: Int64?
  ) throws -> Set<ByteText?> {
    let name = Array(feature.utf8)
    let noOverride = Array("none".utf8)
    var found: Set<ByteText?> = []
    for file in try lake.files(.flagStates) {
      try file.forEachBatch(columns: [1, 3, 7, 8, 10]) { batch in
        let environments = batch.columns[0]
        let features = batch.columns[1].texts
        let values = batch.columns[2]
        let texts = values.texts
        let allocations = batch.columns[3]
        let overrides = batch.columns[4].texts
        for row in 0..<batch.rowCount where allocations.isNull(row) {
          guard features[row].equalBytes(name.span), overrides[row].equalBytes(noOverride.span),
            environments.integer(row) == environment
          else { continue }
          found.insert(values.isNull(row) ? nil : ByteText(texts[row]))
        }
      }
    }
    return found
  }
}
