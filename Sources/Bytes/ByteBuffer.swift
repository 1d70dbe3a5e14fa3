/// A growing run of bytes that is used again and again, so that filling it allocates nothing.
@safe
package struct ByteBuffer: ~Copyable {
  private var storage: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// How many bytes are in use.
  package private(set) var count = 0

  /// An empty buffer that holds `minimumCapacity` bytes before it must grow.
  package init(minimumCapacity: Int = 4096) {
    capacity = max(minimumCapacity, 64)
    unsafe storage = .allocate(capacity: capacity)
  }

  deinit { unsafe storage.deallocate() }

  /// The bytes in use.
  package var span: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let bytes = unsafe Span(_unsafeStart: storage, count: count)
      return unsafe _overrideLifetime(bytes, borrowing: self)
    }
  }

  /// The bytes in use, to change in place.
  package subscript(index: Int) -> UInt8 {
    get {
      precondition(index >= 0 && index < count)
      return unsafe storage[index]
    }
    set {
      precondition(index >= 0 && index < count)
      unsafe storage[index] = newValue
    }
  }

  /// Forgets all bytes and keeps the memory.
  package mutating func removeAll() { count = 0 }

  /// Forgets the first `prefix` bytes; the others move to the front.
  ///
  /// - Complexity: O(*n*) in the bytes that stay.
  package mutating func removeFirst(_ prefix: Int) {
    precondition(prefix >= 0 && prefix <= count)
    unsafe storage.update(from: storage + prefix, count: count - prefix)
    count -= prefix
  }

  /// Adds the bytes of `span`.
  ///
  /// - Complexity: O(*n*), amortised.
  package mutating func append(_ span: Span<UInt8>) {
    guard span.count > 0 else { return }
    reserve(span.count)
    unsafe span.withUnsafeBufferPointer { buffer in
      guard let source = buffer.baseAddress else { return }
      unsafe (storage + count).initialize(from: source, count: buffer.count)
    }
    count += span.count
  }

  /// Adds the bytes of `other` from `start` on.
  package mutating func append(contentsOf other: borrowing ByteBuffer, from start: Int = 0) {
    append(other.span.extracting(start..<other.count))
  }

  /// Adds the UTF-8 bytes of a literal.
  package mutating func append(_ literal: StaticString) {
    reserve(literal.utf8CodeUnitCount)
    unsafe (storage + count).initialize(
      from: literal.utf8Start,
      count: literal.utf8CodeUnitCount
    )
    count += literal.utf8CodeUnitCount
  }

  /// Adds one byte.
  package mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe storage[count] = byte
    count += 1
  }

  /// Makes room for `more` bytes after those in use.
  package mutating func reserve(_ more: Int) {
    guard more > capacity - count else { return }
    let larger = max(count + more, capacity * 2)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    unsafe moved.initialize(from: storage, count: count)
    unsafe storage.deallocate()
    unsafe storage = moved
    capacity = larger
  }

  /// Lets `body` write up to `room` bytes after those in use; it returns how many it wrote.
  package mutating func append<Failure: Error>(
    room: Int,
    _ body: (UnsafeMutablePointer<UInt8>) throws(Failure) -> Int
  ) throws(Failure) {
    reserve(room)
    let written = try unsafe body(storage + count)
    precondition(written >= 0 && written <= room)
    count += written
  }
}

extension [UInt8] {
  /// Appends the bytes of `buffer`.
  package mutating func append(_ buffer: borrowing ByteBuffer) { append(buffer.span) }
}
