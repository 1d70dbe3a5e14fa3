package import Bytes
package import Flagsmith

/// One value of one trait.
package struct TraitValue: Hashable, Sendable {
  package let trait: [UInt8]
  package let type: ValueType
  /// Canonical; meaningless where the type is `null`.
  package let value: [UInt8]
}

/// The names of one worker's facts: what the small numbers in their keys stand for.
package struct FactNames: Sendable {
  package private(set) var identities = ByteInterner()
  package private(set) var flagStates = StateBook()
  package private(set) var segmentStates = StateBook()
  private var traits = ByteInterner()
  private var scratch: [UInt8] = []
  /// The identities that were erased, of those that were met.
  private var forgotten: Set<ByteInterner.ID> = []
  private let personalData: PersonalData

  package init(_ personalData: PersonalData = PersonalData()) {
    self.personalData = personalData
  }

  /// The memory in use, in bytes.
  package var byteCount: Int {
    identities.byteCount + traits.byteCount + flagStates.byteCount + segmentStates.byteCount
  }

  /// The number of an identity, or of its pseudonym; see ``PersonalData``.
  package mutating func intern(identity: Span<UInt8>) -> ByteInterner.ID {
    let count = identities.count
    let pseudonym = personalData.pseudonym(of: identity)
    let id = pseudonym.map { identities.intern($0.span) } ?? identities.intern(identity)
    // What a name is known for is asked once.
    if identities.count > count, personalData.forgets(identity) { forgotten.insert(id) }
    return id
  }

  /// Whether nothing may be kept of an identity; see ``PersonalData``.
  @inline(__always)
  package func isForgotten(_ identity: ByteInterner.ID) -> Bool {
    !forgotten.isEmpty && forgotten.contains(identity)
  }

  package mutating func intern(flags rows: borrowing CanonicalRows) -> StateBook.ID {
    flagStates.intern(rows)
  }

  package mutating func intern(segments rows: borrowing CanonicalRows) -> StateBook.ID {
    segmentStates.intern(rows)
  }

  /// The number of a trait's value; `text` is what the ranges of `trait` are of.
  ///
  /// - Returns: `nil` where the trait is not kept; see ``PersonalData``.
  package mutating func intern(_ trait: Trait, of text: Span<UInt8>) -> ByteInterner.ID? {
    guard personalData.keeps(trait: text.extracting(trait.key)) else { return nil }
    var record: [UInt8] = []
    swap(&record, &scratch)
    defer { swap(&record, &scratch) }
    record.removeAll(keepingCapacity: true)
    record.append(trait.type.rawValue)
    for shift in [0, 8, 16, 24] {
      record.append(UInt8(truncatingIfNeeded: trait.key.count >> shift))
    }
    record.append(text.extracting(trait.key))
    record.append(text.extracting(trait.value))
    return traits.intern(record.span)
  }

  /// The trait's value that `id` names.
  package func traitValue(_ id: ByteInterner.ID) -> TraitValue {
    var bytes: [UInt8] = []
    bytes.append(traits[id])
    var length = 0
    for place in 1...4 { length |= Int(bytes[place]) << (8 * (place - 1)) }
    return TraitValue(
      trait: Array(bytes[5..<5 + length]),
      type: ValueType(rawValue: bytes[0]) ?? .null,
      value: Array(bytes[(5 + length)...])
    )
  }

  /// How many distinct trait values there are.
  package var traitValueCount: Int { traits.count }
}
