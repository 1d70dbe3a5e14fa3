/// What somebody may have meant.
package enum Spelling {
  /// How many of the known words are listed.
  private static let listedCount = 20

  /// What to say of a `word` that is none of the `known`: the nearest one, or all of them.
  ///
  /// - Parameters:
  ///   - word: The word.
  ///   - known: The words that there are.
  ///   - kind: What these are called together.
  /// - Returns: A question, or a list.
  package static func advice(_ word: String, known: [String], of kind: String = "keys") -> String {
    if let candidate = nearest(to: word, among: known) { return "did you mean \(candidate)?" }
    let listed = known.prefix(listedCount).joined(separator: ", ")
    let rest = known.count - listedCount
    return "known \(kind): \(listed)" + (rest > 0 ? " and \(rest) more" : "")
  }

  /// The word that `word` may be a misspelling of; `nil` where none is near.
  ///
  /// - Complexity: O(*knm*) in the words and their letters.
  package static func nearest(to word: String, among known: [String]) -> String? {
    let nearest = known.map { (distance(word, $0), $0) }.min { $0.0 < $1.0 }
    guard let (distance, candidate) = nearest,
      distance <= max(1, min(word.count, candidate.count) / 3)
    else { return nil }
    return candidate
  }

  /// The least number of letters to add, drop, change or swap with their neighbour that makes one word the other.
  ///
  /// - Complexity: O(*nm*) in the letters.
  private static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.prefix(64))
    let right = Array(right.prefix(64))
    var table = [Array(0...right.count)]
    for (row, letter) in left.enumerated() {
      var line = [row + 1]
      for (column, other) in right.enumerated() {
        var best = min(
          line[column] + 1,
          table[row][column + 1] + 1,
          table[row][column] + (letter == other ? 0 : 1)
        )
        if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
          best = min(best, table[row - 1][column - 1] + 1)
        }
        line.append(best)
      }
      table.append(line)
    }
    return table[left.count][right.count]
  }
}
