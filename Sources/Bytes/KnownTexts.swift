/// Texts that are found again where other bytes begin with one of them.
///
/// A crit-bit tree: an inner node names the first bit in which the texts below it differ, so that a search looks at one byte
/// per node and then compares with the only text that is left. None of the texts is the beginning of another.
///
/// - SeeAlso: Morrison, *PATRICIA – Practical Algorithm To Retrieve Information Coded in Alphanumeric*, JACM 15(4), 1968.
package struct KnownTexts: Sendable {
  /// The number of a text, from zero in the order in which they were added.
  package typealias ID = Int32

  private struct Node {
    let byteOffset: Int
    let mask: UInt8
    /// The subtrees where the bit is clear and set: a node, or the complement of a text's number.
    var clear: Int32
    var set: Int32
  }

  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  /// For every text the one that followed it last; see ``find(in:at:after:)``.
  private var followers: [ID] = []
  /// The text that was first in a row the last time.
  private var first: ID = 0
  private var nodes: [Node] = []
  /// A node, or the complement of a text's number; meaningless without texts.
  private var root: Int32 = 0

  package init() {}

  package var count: Int { ends.count }

  /// The memory that all texts take, in bytes.
  package var byteCount: Int {
    bytes.count + ends.count * (12 + MemoryLayout<Node>.stride)
  }

  /// The text that `id` names.
  package subscript(id: ID) -> Span<UInt8> {
    @_lifetime(borrow self)
    get { bytes.span.extracting(range(of: id)) }
  }

  /// How many bytes a text has.
  package func length(of id: ID) -> Int { range(of: id).count }

  /// Whether `other` has the bytes of a text from `start` on.
  ///
  /// - Complexity: O(*n*) in the text, by `memcmp`.
  package func occurs(_ id: ID, in other: Span<UInt8>, at start: Int) -> Bool {
    other.contains(self[id], at: start)
  }

  /// The text that `other` has from `start` on, if it is one of these.
  ///
  /// - Complexity: O(*n*) in the text, and O(*d*) in the depth of the tree.
  package func find(in other: Span<UInt8>, at start: Int) -> ID? {
    guard let id = candidate(for: other, at: start) else { return nil }
    return occurs(id, in: other, at: start) ? id : nil
  }

  /// The text that `other` has from `start` on, if it is one of these; the one that followed `previous` last is tried first.
  ///
  /// - Complexity: O(*n*) in the text, by `memcmp`; where another follows now, also O(*d*) in the depth of the tree.
  package mutating func find(in other: Span<UInt8>, at start: Int, after previous: ID?) -> ID? {
    guard !ends.isEmpty else { return nil }
    let guess = previous.map { followers[Int($0)] } ?? first
    if occurs(guess, in: other, at: start) { return guess }
    guard let found = find(in: other, at: start) else { return nil }
    note(found, after: previous)
    return found
  }

  /// Notes that a text came after `previous`, or as the first one.
  package mutating func note(_ id: ID, after previous: ID?) {
    if let previous { followers[Int(previous)] = id } else { first = id }
  }

  /// Adds a text.
  ///
  /// - Returns: Its number, that of the same text if it was there; `nil` where one of them is the beginning of the other.
  /// - Complexity: O(*n*) in the text, and O(*d*) in the depth of the tree.
  package mutating func insert(_ text: Span<UInt8>) -> ID? {
    guard text.count > 0 else { return nil }
    let id = ID(ends.count)
    guard let nearest = candidate(for: text, at: 0) else {
      append(text)
      root = ~id
      return id
    }
    let length = length(of: nearest)
    let common = self[nearest].commonPrefix(with: text)
    if common == length, common == text.count { return nearest }
    guard common < length, common < text.count else { return nil }
    let difference = self[nearest][common] ^ text[common]
    let mask: UInt8 = 0x80 >> UInt8(truncatingIfNeeded: difference.leadingZeroBitCount)
    append(text)
    insertNode(byteOffset: common, mask: mask, id, text)
    return id
  }

  package mutating func removeAll() {
    bytes.removeAll()
    ends.removeAll()
    followers.removeAll()
    first = 0
    nodes.removeAll()
  }

  /// The only text that can be what `other` has from `start` on.
  private func candidate(for other: Span<UInt8>, at start: Int) -> ID? {
    guard !ends.isEmpty else { return nil }
    var place = root
    while place >= 0 {
      let node = nodes[Int(place)]
      let offset = start + node.byteOffset
      let byte = offset < other.count ? other[offset] : 0
      place = byte & node.mask == 0 ? node.clear : node.set
    }
    return ~place
  }

  private mutating func append(_ text: Span<UInt8>) {
    bytes.append(text)
    ends.append(bytes.count)
    followers.append(0)
  }

  /// Puts a node above the first one on the way to `text` that looks at a later bit.
  private mutating func insertNode(
    byteOffset: Int,
    mask: UInt8,
    _ id: ID,
    _ text: Span<UInt8>
  ) {
    var parent: Int?
    var place = root
    while place >= 0 {
      let node = nodes[Int(place)]
      // A greater mask is an earlier bit.
      if node.byteOffset > byteOffset || node.byteOffset == byteOffset && node.mask < mask { break }
      parent = Int(place)
      let byte = node.byteOffset < text.count ? text[node.byteOffset] : 0
      place = byte & node.mask == 0 ? node.clear : node.set
    }
    let isSet = text[byteOffset] & mask != 0
    let new = Int32(nodes.count)
    nodes.append(
      Node(
        byteOffset: byteOffset,
        mask: mask,
        clear: isSet ? place : ~id,
        set: isSet ? ~id : place
      )
    )
    guard let parent else {
      root = new
      return
    }
    let above = nodes[parent]
    let byte = above.byteOffset < text.count ? text[above.byteOffset] : 0
    if byte & above.mask == 0 { nodes[parent].clear = new } else { nodes[parent].set = new }
  }

  private func range(of id: ID) -> Range<Int> {
    (id == 0 ? 0 : ends[Int(id) - 1])..<ends[Int(id)]
  }
}
