package import Bytes
internal import Runs

/// That records of a state are the same wherever its digest is.
enum StateFolding: RunFolding {
  static func fold(_ other: [UInt8], into value: inout [UInt8], key: [UInt8]) {}
}

/// Those states of a book that are in use, in the order of their digests.
package struct UsedStates: Sendable {
  let book: StateBook
  let ids: [StateBook.ID]

  fileprivate func digest(at place: Int) -> Digest128 { book.digests[Int(ids[place])] }

  /// Writes the states as a run.
  fileprivate func write(to writer: inout RunWriter) throws {
    var key: [UInt8] = []
    var text: [UInt8] = []
    for id in ids {
      key.removeAll(keepingCapacity: true)
      key.append(sortable: book.digests[Int(id)])
      text.removeAll(keepingCapacity: true)
      for row in book.rows(of: id) { book.appendText(of: row, to: &text) }
      try writer.append(key: key.span, value: text.span, as: .lines)
    }
  }
}

/// The states of facts: in books where there is memory for them, else in runs.
package struct StateRuns: Sendable {
  /// The states of some facts.
  enum Written: Sendable {
    case book(UsedStates)
    case run(RunSet<StateFolding>.Run)
  }

  private var books: [UsedStates] = []
  private var runs: RunSet<StateFolding>

  init(directory: String, prefix: String, fanIn: Int) {
    runs = RunSet(directory: directory, prefix: prefix, fanIn: fanIn)
  }

  /// Keeps states, or writes them as a run; they are not part of these yet.
  ///
  /// - Throws: ``FileFailure``.
  mutating func write(_ states: UsedStates, inMemory: Bool) throws -> Written {
    inMemory ? .book(states) : .run(try runs.write { try states.write(to: &$0) })
  }

  mutating func add(_ written: Written) {
    switch written {
    case .book(let states): books.append(states)
    case .run(let run): runs.add(run)
    }
  }

  mutating func add(contentsOf other: StateRuns) {
    books += other.books
    runs.add(contentsOf: other.runs)
  }

  func discard(_ written: Written) throws {
    if case .run(let run) = written { try runs.discard(run) }
  }

  /// How many distinct rows a book has.
  package func rowCount(ofBook number: Int) -> Int { books[number].book.rowCount }

  /// The digest of a row of a book.
  package func digest(of row: StateBook.Row, inBook number: Int) -> Digest128 {
    books[number].book.digest(of: row)
  }

  /// Appends the text of a row of a book, with its line feed.
  package func appendText(
    of row: StateBook.Row,
    inBook number: Int,
    to text: inout [UInt8]
  ) {
    books[number].book.appendText(of: row, to: &text)
  }

  /// Goes through the states in the order of their digests.
  ///
  /// - Parameter kept: Those that are wanted; all where it is `nil`.
  /// - Returns: The cursor, before the first state.
  /// - Throws: ``FileFailure`` or ``DamagedRun``.
  package func cursor(keeping kept: Set<Digest128>? = nil) throws -> StateCursor {
    if runs.count == 0 { return StateCursor(books, kept) }
    var runs = runs
    for states in books {
      runs.add(try runs.write(inMemory: true) { try states.write(to: &$0) })
    }
    return StateCursor(try runs.merge(), kept)
  }
}

/// Goes through states in the order of their digests, each once.
package struct StateCursor {
  /// How a state is given.
  package enum Form {
    /// By the numbers of its rows in canonical order, and that of the book whose rows they are.
    case rows(ArraySlice<StateBook.Row>, book: Int)
    /// By its canonical text.
    case text([UInt8])
  }

  /// The digest of the state at hand, after ``advance()``; `nil` at the end.
  package private(set) var digest: Digest128?
  private let books: [UsedStates]
  private let kept: Set<Digest128>?
  private var places: [Int]
  private var number = 0
  private var merge: RunMerge<StateFolding>?

  fileprivate init(_ books: [UsedStates], _ kept: Set<Digest128>?) {
    self.books = books
    self.kept = kept
    places = [Int](repeating: 0, count: books.count)
  }

  fileprivate init(_ merge: RunMerge<StateFolding>, _ kept: Set<Digest128>?) {
    books = []
    places = []
    self.merge = merge
    self.kept = kept
  }

  /// The state at hand.
  package var form: Form {
    if let merge { return .text(merge.value) }
    let id = books[number].ids[places[number]]
    return .rows(books[number].book.rows(of: id), book: number)
  }

  /// Moves to the next state.
  ///
  /// - Returns: Whether there is one.
  /// - Throws: What the runs' readers throw.
  /// - Complexity: O(log *k*) for *k* runs, O(*k*) for *k* books.
  package mutating func advance() throws -> Bool {
    repeat { digest = merge == nil ? nextOfBooks() : try nextOfRuns() } while isPassedOver
    return digest != nil
  }

  private var isPassedOver: Bool {
    guard let kept, let digest else { return false }
    return !kept.contains(digest)
  }

  private mutating func nextOfRuns() throws -> Digest128? {
    guard try merge?.advance() == true, let merge else { return nil }
    var cursor = SortableCursor(merge.key.span)
    return cursor.digest()
  }

  private mutating func nextOfBooks() -> Digest128? {
    if digest != nil { places[number] += 1 }
    var least: Digest128?
    for place in books.indices where places[place] < books[place].ids.count {
      let digest = books[place].digest(at: places[place])
      if let known = least, known <= digest {
        // The state is in the book that was found before.
        if known == digest { places[place] += 1 }
      } else {
        least = digest
        number = place
      }
    }
    return least
  }
}
