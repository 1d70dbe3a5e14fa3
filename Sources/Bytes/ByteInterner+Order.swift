extension ByteInterner {
  /// A byte string that is being sorted: its name, and eight of its bytes as a number that sorts as they do.
  private struct Entry {
    var word: UInt64
    let id: ID
  }

  /// Byte strings that are equal up to a depth.
  private struct Group {
    let range: Range<Int>
    let depth: Int
  }

  /// Of so few byte strings whole ones are compared.
  private static var smallGroupCount: Int { 16 }

  /// The bytes that an entry takes while names are sorted.
  package static var sortByteCount: Int { MemoryLayout<Entry>.stride + MemoryLayout<ID>.stride }

  /// All names in the order of what they name, by its bytes.
  ///
  /// Eight bytes at a time, after those that all have in common; only what is equal so far is looked at again.
  ///
  /// - Complexity: O(*n* log *n*) comparisons of numbers, O(*b*) in the bytes that do not tell byte strings apart.
  package func order() -> [ID] {
    var entries = (0..<ID(count)).map { Entry(word: 0, id: $0) }
    var groups = [Group(range: entries.indices, depth: 0)]
    while let group = groups.popLast() {
      let range = group.range
      if range.count <= Self.smallGroupCount {
        entries[range].sort { self[$0.id].comparedBytes(self[$1.id]) < 0 }
        continue
      }
      let depth = commonPrefix(of: entries[range], from: group.depth)
      for place in range { entries[place].word = word(of: entries[place].id, at: depth) }
      entries[range].sort { $0.word < $1.word }
      var start = range.lowerBound
      while start < range.upperBound {
        var end = start + 1
        while end < range.upperBound, entries[end].word == entries[start].word { end += 1 }
        let rest = sortEnded(&entries, start..<end, depth: depth + 8)
        if rest.count > 1 { groups.append(Group(range: rest, depth: depth + 8)) }
        start = end
      }
    }
    return entries.map(\.id)
  }

  /// For every ID, its place when all are sorted by their bytes.
  ///
  /// - Complexity: That of ``order()``.
  package func ranks() -> [Int32] {
    var ranks = [Int32](repeating: 0, count: count)
    for (rank, id) in order().enumerated() { ranks[Int(id)] = Int32(rank) }
    return ranks
  }

  /// How many bytes all of `entries` begin with, where they are equal up to `depth`.
  private func commonPrefix(of entries: ArraySlice<Entry>, from depth: Int) -> Int {
    guard let first = entries.first?.id else { return depth }
    var length = self[first].count - depth
    for entry in entries {
      if length == 0 { break }
      let rest = self[entry.id]
      length = rest.extracting(depth...).commonPrefix(
        with: self[first].extracting(depth..<depth + length)
      )
    }
    return depth + length
  }

  /// Eight bytes from `depth` on, zeros where there are fewer.
  private func word(of id: ID, at depth: Int) -> UInt64 {
    let bytes = self[id]
    var word: UInt64 = 0
    for offset in depth..<depth + 8 {
      word = word << 8 | (offset < bytes.count ? UInt64(bytes[offset]) : 0)
    }
    return word
  }

  /// Puts those in front that end before `depth`, the shorter first; returns where the others are.
  ///
  /// All are equal up to `depth` but for zeros at the end.
  private func sortEnded(
    _ entries: inout [Entry],
    _ range: Range<Int>,
    depth: Int
  ) -> Range<Int> {
    guard range.count > 1 else { return range.upperBound..<range.upperBound }
    var ended = 0
    for place in range where self[entries[place].id].count <= depth {
      entries.swapAt(place, range.lowerBound + ended)
      ended += 1
    }
    let end = range.lowerBound + ended
    entries[range.lowerBound..<end].sort { self[$0.id].count < self[$1.id].count }
    return end..<range.upperBound
  }
}
