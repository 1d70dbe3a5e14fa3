internal import Bytes
internal import Lake
internal import Tables

/// What the sets of flags of a lake say of some features; sets are numbered.
struct FlagStateViews {
  /// What a set of flags says of a feature.
  enum View: Equatable {
    case absent
    case disabled
    case enabled(ComparedValue, text: String?)
  }

  /// The features of the lake.
  private(set) var features: Set<String> = []
  private var numbers: [Digest128: Int32] = [:]
  /// For each asked feature, by the numbers of the sets.
  private var views: [String: [View]]

  /// - Parameters:
  ///   - lake: The lake.
  ///   - asked: The features that views are wanted of.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows of `flag_states`.
  init(_ lake: LakeReader, _ asked: Set<String>) throws {
    views = Dictionary(uniqueKeysWithValues: asked.map { ($0, []) })
    var bytes: [UInt8] = []
    for file in try lake.files(.flagStates) {
      try file.forEachBatch(columns: [0, 3, 5, 6, 7]) { batch in
        let names = batch.columns[1].texts
        var name = ""
        for row in 0..<batch.rowCount {
          guard let digest = batch.columns[0].digest(row) else {
            throw LakeReader.Damaged(path: file.path, fault: "row \(row) names no state")
          }
          let number = numbers[digest] ?? Int32(numbers.count)
          numbers[digest] = number
          if !names[row].equalBytes(bytes.span) {
            bytes.removeAll(keepingCapacity: true)
            bytes.append(names[row])
            name = String(decoding: bytes, as: UTF8.self)
            features.insert(name)
          }
          guard var known = views[name] else { continue }
          while known.count <= Int(number) { known.append(.absent) }
          let text = batch.columns[4].text(row)
          known[Int(number)] =
            batch.columns[2].integers[row] == 0
            ? .disabled
            : .enabled(
              ComparedValue(type: batch.columns[3].text(row) ?? "", text: text),
              text: text
            )
          views[name] = known
        }
      }
    }
  }

  /// The number of a set of flags; that of the empty set is -1.
  func number(_ state: Digest128) -> Int32 { numbers[state] ?? -1 }

  func view(of feature: String, _ number: Int32) -> View {
    guard let known = views[feature], number >= 0, Int(number) < known.count else { return .absent }
    return known[Int(number)]
  }
}

/// The segments that the sets of segments of a lake consist of; sets are numbered.
struct SegmentStateMembers {
  /// A segment, as the lake names it.
  struct Segment: Hashable, Comparable {
    let id: Int64
    let name: ByteText

    static func < (left: Segment, right: Segment) -> Bool {
      left.id != right.id ? left.id < right.id : left.name < right.name
    }
  }

  /// All segments; sorted.
  private(set) var segments: [Segment] = []
  private var numbers: [Digest128: Int32] = [:]
  /// By the numbers of the sets, the places of the segments that the identity is in; ascending.
  private(set) var members: [[Int]] = []

  /// - Parameter lake: The lake.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n* log *n*) in the rows of `segment_states`.
  init(_ lake: LakeReader) throws {
    var found: [[Segment]] = []
    var all: Set<Segment> = []
    for file in try lake.files(.segmentStates) {
      try file.forEachBatch { batch in
        let names = batch.columns[2].texts
        for row in 0..<batch.rowCount {
          guard let digest = batch.columns[0].digest(row) else {
            throw LakeReader.Damaged(path: file.path, fault: "row \(row) names no state")
          }
          let number = numbers[digest] ?? Int32(found.count)
          if Int(number) == found.count {
            numbers[digest] = number
            found.append([])
          }
          let segment = Segment(id: batch.columns[1].integers[row], name: ByteText(names[row]))
          all.insert(segment)
          if batch.columns[3].integers[row] != 0 { found[Int(number)].append(segment) }
        }
      }
    }
    segments = all.sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(segments, segments.indices))
    members = found.map { $0.compactMap { places[$0] }.sorted() }
  }

  /// The number of a set of segments; that of the empty set is -1.
  func number(_ state: Digest128) -> Int32 { numbers[state] ?? -1 }

  /// The places of the segments that a set consists of.
  func members(_ number: Int32) -> [Int] { number < 0 ? [] : members[Int(number)] }

  /// By the numbers of the sets, whether they have a segment of this name.
  func membership(_ name: String) -> [Bool] {
    let wanted = ByteText(name)
    let places = Set(segments.indices.filter { segments[$0].name == wanted })
    return members.map { $0.contains(where: places.contains) }
  }
}
