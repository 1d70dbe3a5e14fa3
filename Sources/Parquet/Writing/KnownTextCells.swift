internal import Bytes

/// Where in a dictionary the texts of a selected column are, as far as they were met.
struct KnownTextCells {
  private static let unknown = UInt32.max
  private static let null = UInt32.max - 1

  private var places: [UInt32]
  /// What each text takes in PLAIN encoding.
  private var byteCounts: [Int]

  init(count: Int) {
    places = [UInt32](repeating: Self.unknown, count: count)
    byteCounts = [Int](repeating: 0, count: count)
  }

  @inline(__always)
  func isUnknown(_ cell: Int) -> Bool { places[cell] == Self.unknown }

  /// The place of a cell's text; `nil` where it is null.
  @inline(__always)
  subscript(cell: Int) -> UInt32? { places[cell] == Self.null ? nil : places[cell] }

  /// Notes where a text is; `nil` where the cell is null.
  mutating func learn(_ cell: Int, _ text: (place: UInt32, byteCount: Int)?) {
    places[cell] = text?.place ?? Self.null
    byteCounts[cell] = text?.byteCount ?? 0
  }

  /// What texts take in PLAIN encoding.
  func byteCount(of cells: Span<UInt32>) -> Int {
    let byteCounts = byteCounts.span
    var sum = 0
    for row in cells.indices { sum += byteCounts[Int(cells[row])] }
    return sum
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
  func appendPlaces(of cells: Span<UInt32>, to indices: inout [UInt32]) {
    let places = places.span
    indices.append(addingCapacity: cells.count) { output in
      for row in cells.indices {
        let place = places[Int(cells[row])]
        if place != Self.null { output.append(place) }
      }
    }
  }
}
