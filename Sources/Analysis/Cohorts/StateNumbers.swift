internal import Bytes
internal import Lake
internal import Tables

/// What the sets of flags of a lake say of some features; sets that say the same have the same number.
struct FlagStateViews {
  /// What a set of flags says of a feature.
  enum View: Hashable {
    case absent
    case disabled
    case enabled(ComparedValue, text: ByteText?)
  }

  /// The features of the lake.
  private(set) var features: Set<String> = []
  /// What sets say of the asked features, in the order of their names; each combination once.
  private(set) var combinations: [[View]] = []
  private let places: [String: Int]
  private var numbers: [Digest128: Int32] = [:]

  /// - Parameters:
  ///   - lake: The lake.
  ///   - asked: The features that views are wanted of.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows of `flag_states`.
  init(_ lake: LakeReader, _ asked: Set<String>) throws {
    places = Dictionary(uniqueKeysWithValues: zip(asked.sorted(), 0..<asked.count))
    var states: [Digest128: [View]] = [:]
    let nothing = Array(repeating: View.absent, count: asked.count)
    var bytes: [UInt8] = []
    for file in try lake.files(.flagStates) {
      try file.forEachBatch(columns: [0, 3, 5, 6, 7]) { batch in
        let names = batch.columns[1].texts
        var place: Int?
        for row in 0..<batch.rowCount {
          guard let digest = batch.columns[0].digest(row) else {
            throw LakeReader.Damaged(path: file.path, fault: "row \(row) names no state")
          }
          if states[digest] == nil { states[digest] = nothing }
          if !names[row].equalBytes(bytes.span) {
            bytes.removeAll(keepingCapacity: true)
            bytes.append(names[row])
            let name = String(decoding: bytes, as: UTF8.self)
            features.insert(name)
            place = places[name]
          }
          guard let place else { continue }
          let text = batch.columns[4].text(row)
          states[digest]?[place] =
            batch.columns[2].integers[row] == 0
            ? .disabled
            : .enabled(
              ComparedValue(type: batch.columns[3].text(row) ?? "", text: text),
              text: text.map { ByteText($0) }
            )
        }
      }
    }
    var known: [[View]: Int32] = [:]
    for (digest, views) in states {
      let number = known[views] ?? Int32(combinations.count)
      if Int(number) == combinations.count {
        known[views] = number
        combinations.append(views)
      }
      numbers[digest] = number
    }
  }

  /// The combinations as texts that tell them from others.
  var terms: [String] { combinations.map { "flags \($0)" } }

  /// The number of what a set of flags says; that of the empty set is -1.
  func number(_ state: Digest128) -> Int32 { numbers[state] ?? -1 }

  func view(of feature: String, _ number: Int32) -> View {
    guard let place = places[feature], number >= 0 else { return .absent }
    return combinations[Int(number)][place]
  }
}

/// The segments that the sets of segments of a lake consist of; sets that consist of the same have the same number.
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
    var known: [[Int]: Int32] = [:]
    for (digest, number) in numbers {
      let consistsOf = found[Int(number)].compactMap { places[$0] }.sorted()
      let number = known[consistsOf] ?? Int32(members.count)
      if Int(number) == members.count {
        known[consistsOf] = number
        members.append(consistsOf)
      }
      numbers[digest] = number
    }
  }

  /// The sets as texts that tell them from others.
  var terms: [String] {
    members.map { places in
      "segments \(places.map { "\(segments[$0].id) \(segments[$0].name.bytes)" })"
    }
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
