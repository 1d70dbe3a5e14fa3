internal import Bytes
internal import Lake
internal import Tables

/// What the sets of flags of a lake say of one feature.
package struct FeatureStates {
  /// What a set of flags says.
  package struct View: Hashable, Sendable {
    /// The place of the value in ``FeatureStates/values``.
    package let value: Int
    package let isEnabled: Bool
    /// Whether an identity or a segment has a value of its own, which is not a random one.
    package let isOverride: Bool
    package let allocation: Double?

    package init(value: Int, isEnabled: Bool, isOverride: Bool, allocation: Double?) {
      self.value = value
      self.isEnabled = isEnabled
      self.isOverride = isOverride
      self.allocation = allocation
    }
  }

  /// The distinct values, as canonical texts; `nil` is null.
  private(set) var values: [String?] = []
  private(set) var views: [View] = []
  /// The values that are those the feature has where no variant is chosen.
  private(set) var initialValues: Set<Int> = []
  /// The environments in which the feature was seen.
  private(set) var environments: Set<Int64?> = []
  private var states: [Digest128: Int] = [:]

  /// Reads the rows of a feature.
  ///
  /// - Parameters:
  ///   - lake: The lake.
  ///   - feature: The feature's name.
  ///   - environment: The environment, where it is known.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows of `flag_states`.
  init(_ lake: LakeReader, _ feature: String, environment: Int64?) throws {
    let name = Array(feature.utf8)
    var valuePlaces: [ByteText?: Int] = [:]
    var viewPlaces: [View: Int] = [:]
    for file in try lake.files(.flagStates) {
      try file.forEachBatch(columns: [0, 1, 3, 5, 7, 8, 9, 10]) { batch in
        let features = batch.columns[2].texts
        for row in 0..<batch.rowCount where features[row].equalBytes(name.span) {
          let rowEnvironment = batch.columns[1].integer(row)
          environments.insert(rowEnvironment)
          guard environment == nil || rowEnvironment == environment else { continue }
          guard let digest = batch.columns[0].digest(row) else {
            throw LakeReader.Damaged(path: file.path, fault: "row \(row) names no state")
          }
          let value = batch.columns[4].text(row)
          let bytes = value.map { ByteText($0) }
          let place = valuePlaces[bytes] ?? values.count
          if place == values.count {
            valuePlaces[bytes] = place
            values.append(value)
          }
          let isOverride = batch.columns[7].text(row) != "none"
          if !isOverride, batch.columns[6].text(row).map({ ByteText($0) }) == bytes {
            initialValues.insert(place)
          }
          let view = View(
            value: place,
            isEnabled: batch.columns[3].integers[row] != 0,
            isOverride: isOverride,
            allocation: batch.columns[5].isNull(row) ? nil : batch.columns[5].doubles[row]
          )
          let viewPlace = viewPlaces[view] ?? views.count
          if viewPlace == views.count {
            viewPlaces[view] = viewPlace
            views.append(view)
          }
          states[digest] = viewPlace
        }
      }
    }
  }

  /// All that is known of the feature, as a text that does not depend on the order in which it was found.
  var text: String {
    let known = environments.map { $0.map { "\($0)" } ?? "none" }.sorted()
    let initial = initialValues.map { values[$0].map { "=\($0)" } ?? "null" }.sorted()
    return "\(known)\n\(initial)\n" + views.map(term).sorted().joined(separator: "\n")
  }

  /// A view as a text that does not depend on which others there are.
  func term(_ view: View) -> String {
    let value = values[view.value].map { "=\($0)" } ?? "null"
    let allocation = view.allocation.map { "\($0.bitPattern)" } ?? "none"
    return "\(view.isEnabled) \(view.isOverride) \(allocation) \(value)"
  }

  /// The place in ``views`` of what a set of flags says; `nil` where it does not have the feature.
  func view(of state: Digest128) -> Int? { states[state] }
}

/// In which of some segments the sets of segments of a lake are.
struct SegmentMembership {
  /// How many segments can be told apart.
  static let greatestCount = 64

  private var masks: [Digest128: UInt64] = [:]

  /// - Parameters:
  ///   - lake: The lake.
  ///   - segments: The names, of which there are at most ``greatestCount``.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows of `segment_states`.
  init(_ lake: LakeReader, _ segments: [String]) throws {
    guard !segments.isEmpty else { return }
    let names = segments.map { Array($0.utf8) }
    for file in try lake.files(.segmentStates) {
      try file.forEachBatch(columns: [0, 2, 3]) { batch in
        let texts = batch.columns[1].texts
        for row in 0..<batch.rowCount where batch.columns[2].integers[row] != 0 {
          guard let place = names.firstIndex(where: { texts[row].equalBytes($0.span) }) else {
            continue
          }
          guard let digest = batch.columns[0].digest(row) else {
            throw LakeReader.Damaged(path: file.path, fault: "row \(row) names no state")
          }
          masks[digest, default: 0] |= 1 << UInt64(place)
        }
      }
    }
  }

  /// One bit for each segment that the set is in.
  func mask(of state: Digest128) -> UInt64 { masks[state] ?? 0 }
}

extension Column {
  /// The text in a row; `nil` where it is null.
  func text(_ row: Int) -> String? {
    if isNull(row) { return nil }
    let texts = texts
    return String(decoding: texts[row])
  }

  /// The digest whose 32 hexadecimal digits are in a row; `nil` for anything else.
  func digest(_ row: Int) -> Digest128? {
    let texts = texts
    return Digest128(hexadecimal: texts[row])
  }
}
