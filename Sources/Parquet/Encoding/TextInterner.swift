internal import Bytes
internal import Tables

/// Distinct texts in PLAIN encoding, each named by its place in order of first appearance.
///
/// The bytes are those of the dictionary page.
struct TextInterner {
  /// The distinct texts, each after its length in four bytes.
  private(set) var bytes: [UInt8] = []
  /// Where each text begins in `bytes`, at its length; no dictionary has more bytes than 32 bits say.
  private(set) var starts: [UInt32] = []
  /// Open addressing with linear probing: 32 bits of the hash and the place plus one; 0 is free.
  private var slots = [UInt64](repeating: 0, count: 1024)
  private var lastPlace: UInt32 = 0
  /// Places do not depend on hashes, so the hashes need not be the same in every process.
  private let seed = UInt64.random(in: .min ... .max)

  /// How many texts may be prepared together.
  static let groupCount = 16
  /// How many texts and slots stay in the cache by themselves.
  private static let cachedCount = 4096
  /// Of the prepared texts, the hashes, and what was met on the way to their places.
  private var hashes = [UInt32](repeating: 0, count: groupCount)
  private var found = [UInt64](repeating: 0, count: groupCount)

  var count: Int { starts.count }

  /// Removes all texts and keeps the storage.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    slots = [UInt64](repeating: 0, count: 1024)
    lastPlace = 0
  }

  /// The text at `place`.
  subscript(place: UInt32) -> Span<UInt8> {
    @_lifetime(borrow self)
    @inline(__always)
    get { bytes.span.plainText(at: Int(starts[Int(place)])) }
  }

  /// Whether the texts are too many for the caches, so that ``prepare(_:rows:)`` pays.
  var isLarge: Bool { starts.count > Self.cachedCount }

  /// Looks up some texts at once, so that their places are in the cache when they are interned.
  ///
  /// The lookups do not wait for each other, as those of texts interned one by one do.
  ///
  /// - Precondition: There are ``groupCount`` rows at most.
  mutating func prepare(_ texts: TextValues, rows: Range<Int>) {
    let mask = slots.count - 1
    let first = rows.lowerBound
    for row in rows { hashes[row - first] = Self.hash(texts[row], seed: seed) }
    for place in 0..<rows.count { found[place] = slots[Int(hashes[place]) & mask] }
    for place in 0..<rows.count {
      let entry = found[place]
      if UInt32(truncatingIfNeeded: entry >> 32) == hashes[place], entry != 0 {
        found[place] = UInt64(starts[Int(UInt32(truncatingIfNeeded: entry) - 1)])
      } else {
        found[place] = 0
      }
    }
    for place in 0..<rows.count where found[place] < UInt64(bytes.count) {
      found[place] = UInt64(bytes[Int(found[place])])
    }
  }

  /// The place of the text that was prepared as number `number`.
  mutating func intern(_ text: Span<UInt8>, prepared number: Int) -> UInt32 {
    intern(text, hash: hashes[number])
  }

  /// The place of `text`, which is new where it was not seen before.
  ///
  /// - Complexity: O(*n*) in its bytes, amortised.
  mutating func intern(_ text: Span<UInt8>) -> UInt32 {
    if Int(lastPlace) < starts.count, self[lastPlace].isSame(as: text) { return lastPlace }
    return intern(text, hash: Self.hash(text, seed: seed))
  }

  private mutating func intern(_ text: Span<UInt8>, hash: UInt32) -> UInt32 {
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while true {
      let entry = slots[slot]
      if entry == 0 { break }
      if UInt32(truncatingIfNeeded: entry >> 32) == hash {
        let place = UInt32(truncatingIfNeeded: entry) - 1
        if self[place].isSame(as: text) {
          lastPlace = place
          return place
        }
      }
      slot = (slot + 1) & mask
    }
    lastPlace = UInt32(starts.count)
    starts.append(UInt32(bytes.count))
    bytes.appendPlain(text)
    slots[slot] = UInt64(hash) << 32 | UInt64(lastPlace + 1)
    if starts.count * 2 > slots.count { slots.doubleSlots() }
    return lastPlace
  }

  /// Eight bytes at a time, multiplied and folded.
  @inline(__always)
  private static func hash(_ text: Span<UInt8>, seed: UInt64) -> UInt32 {
    var hash = seed ^ UInt64(truncatingIfNeeded: text.count)
    var offset = 0
    while offset + 8 <= text.count {
      hash = fold(hash ^ text.littleEndian64(at: offset), 0x9E37_79B9_7F4A_7C15)
      offset += 8
    }
    var tail: UInt64 = 0
    if text.count >= 8 {
      // The last eight bytes, some of which may have been hashed before.
      if offset < text.count { tail = text.littleEndian64(at: text.count - 8) }
    } else {
      while offset < text.count {
        tail = tail << 8 | UInt64(text[offset])
        offset += 1
      }
    }
    return UInt32(truncatingIfNeeded: fold(hash ^ tail, 0xD6E8_FEB8_6659_FD93) >> 16)
  }

  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}

extension Span<UInt8> {
  /// Whether the bytes are the same; for short texts, without a call.
  @inline(__always)
  fileprivate func isSame(as other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    var offset = 0
    while offset + 8 <= count {
      if littleEndian64(at: offset) != other.littleEndian64(at: offset) { return false }
      offset += 8
    }
    guard offset < count else { return true }
    if count >= 8 { return littleEndian64(at: count - 8) == other.littleEndian64(at: count - 8) }
    while offset < count {
      if self[offset] != other[offset] { return false }
      offset += 1
    }
    return true
  }
}
