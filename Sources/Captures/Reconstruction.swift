internal import Bytes
internal import JSON

/// Finds the bytes of a body that a capture tool has parsed.
///
/// Flagsmith writes bodies with Python's `json.dumps(data, sort_keys=True)`. What a parser may have lost is whether a
/// whole number was a float. The HMAC tells which guess is right, so guessing is safe.
struct Reconstruction {
  /// How many ways to write the whole-number traits of one body are tried.
  static let defaultMaximumTries = 4096

  private let tree: JSONTree?
  /// How many forms the last search has tried.
  private(set) var tries = 0
  /// The bytes that verified.
  private(set) var found: [UInt8] = []

  /// - Parameter value: The bytes of the parsed body, which are JSON.
  init(_ value: Span<UInt8>) {
    var reader = JSONReader(value, options: JSONReader.Options(allowsNonFiniteNumbers: true))
    tree = try? JSONTree(reading: &reader)
  }

  /// Writes the body as the capture holds it.
  func writeAsStored(into body: inout ByteBuffer) {
    body.removeAll()
    guard let tree else { return }
    var text: [UInt8] = []
    PythonText.append(tree, to: &text)
    body.append(text.span)
  }

  /// Whether some way to write the body has the code `digest`; ``found`` is that one then.
  mutating func find(_ digest: Digest256, under hash: KeyedHash) -> Bool {
    guard let tree else { return false }
    tries = 0
    var asStored: [UInt8] = []
    PythonText.append(tree, to: &asStored)
    if matches(asStored, digest, hash) { return true }

    let guess = BodyGuess(tree)
    guard let slot = guess.slots.first else {
      return guess.text != asStored && matches(guess.text, digest, hash)
    }
    var hash = hash
    hash.update(guess.text.span.extracting(0..<slot.range.lowerBound))
    var left = Self.defaultMaximumTries
    return choose(0, guess, hash, &left, digest, written: [])
  }

  private mutating func matches(_ text: [UInt8], _ digest: Digest256, _ hash: KeyedHash) -> Bool {
    tries += 1
    var hash = hash
    hash.update(text.span)
    guard hash.finalize().matchesInConstantTime(digest) else { return false }
    found = text
    return true
  }

  /// Tries both ways for the slot at `index` and all after it; `hash` has absorbed what stands before.
  private mutating func choose(
    _ index: Int,
    _ guess: BodyGuess,
    _ hash: KeyedHash,
    _ left: inout Int,
    _ digest: Digest256,
    written: [(Range<Int>, [UInt8])]
  ) -> Bool {
    guard index < guess.slots.count else {
      guard left > 0 else { return false }
      left -= 1
      tries += 1
      guard hash.finalize().matchesInConstantTime(digest) else { return false }
      found = guess.text(with: written)
      return true
    }
    let slot = guess.slots[index]
    let end =
      index + 1 < guess.slots.count
      ? guess.slots[index + 1].range.lowerBound : guess.text.count
    for number in [slot.integer, slot.float] where left > 0 {
      var hash = hash
      hash.update(number.span)
      hash.update(guess.text.span.extracting(slot.range.upperBound..<end))
      let written = written + [(slot.range, number)]
      if choose(index + 1, guess, hash, &left, digest, written: written) { return true }
    }
    return false
  }
}

/// A body written with every `percentage_allocation` as a float, and the whole-number traits in it.
private struct BodyGuess {
  struct Slot {
    let range: Range<Int>
    let integer: [UInt8]
    let float: [UInt8]
  }

  private(set) var text: [UInt8] = []
  private(set) var slots: [Slot] = []

  init(_ tree: JSONTree) {
    var text: [UInt8] = []
    var slots: [Slot] = []
    PythonText.append(tree, to: &text) { key, value, output in
      guard let (digits, number) = value.wholeNumber else { return false }
      if key.span.equals("percentage_allocation") {
        PythonText.append(double: number, to: &output)
        return true
      }
      guard key.span.equals("trait_value") else { return false }
      var float: [UInt8] = []
      PythonText.append(double: number, to: &float)
      let start = output.count
      output += digits
      slots.append(Slot(range: start..<output.count, integer: digits, float: float))
      return true
    }
    self.text = text
    self.slots = slots
  }

  /// The body with other numbers in its slots.
  func text(with numbers: [(Range<Int>, [UInt8])]) -> [UInt8] {
    var result: [UInt8] = []
    var offset = 0
    for (range, number) in numbers {
      result += text[offset..<range.lowerBound]
      result += number
      offset = range.upperBound
    }
    return result + text[offset...]
  }
}

extension JSONTree {
  /// A number without a fraction: its digits as an integer, and its value.
  fileprivate var wholeNumber: (digits: [UInt8], value: Double)? {
    switch self {
    case .integer(let digits):
      return Double(String(decoding: digits, as: UTF8.self)).map { (digits, $0) }
    case .double(let value):
      return Int64(exactly: value).map { (Array(String($0).utf8), value) }
    default: return nil
    }
  }
}
