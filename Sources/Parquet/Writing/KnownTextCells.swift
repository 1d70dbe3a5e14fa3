internal import Bytes

/// Where in a dictionary the texts of a selected column are, as far as they were met.
struct KnownTextCells {
  private static let unknown = UInt32.max
  private static let null = UInt32.max - 1

  private var places: [UInt32]
  /// What each text takes in PLAIN encoding.
  private var byteCounts: [UInt32]
  /// The page in which each came last.
  private var pages: [UInt32]

  init(count: Int) {
    places = [UInt32](repeating: Self.unknown, count: count)
    byteCounts = [UInt32](repeating: 0, count: count)
    pages = [UInt32](repeating: 0, count: count)
  }

  @inline(__always)
  func isUnknown(_ cell: Int) -> Bool { places[cell] == Self.unknown }

  /// The place of a cell's text, where it is not null and has not come in this page before.
  @inline(__always)
  mutating func newPlace(of cell: Int, inPage page: UInt32) -> UInt32? {
    if pages[cell] == page { return nil }
    pages[cell] = page
    return places[cell] == Self.null ? nil : places[cell]
  }

  /// Notes where a text is; `nil` where the cell is null.
  mutating func learn(_ cell: Int, _ text: (place: UInt32, byteCount: Int)?) {
    places[cell] = text?.place ?? Self.null
    byteCounts[cell] = UInt32(text?.byteCount ?? 0)
  }

  /// Appends for every cell 1, or 0 where it is null.
  func appendLevels(of cells: Span<UInt32>, to levels: inout [UInt8]) {
    let places = places.span
    levels.append(addingCapacity: cells.count) { output in
      for row in cells.indices {
        output.append(places[Int(cells[row])] == Self.null ? 0 : 1)
      }
    }
  }

  /// Appends the places of all texts but null ones.
  ///
  /// - Returns: What they take in PLAIN encoding.
  func appendPlaces(of cells: Span<UInt32>, to indices: inout [UInt32]) -> Int {
    let places = places.span
    let byteCounts = byteCounts.span
    var sum = 0
    indices.append(addingCapacity: cells.count) { output in
      for row in cells.indices {
        let cell = Int(cells[row])
        if places[cell] != Self.null { output.append(places[cell]) }
        sum += Int(byteCounts[cell])
      }
    }
    return sum
  }
}
