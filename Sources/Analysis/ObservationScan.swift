internal import Bytes
internal import Lake
internal import Tables

/// What takes the stretches of identities, one identity after the other; see ``Stretch``.
protocol StretchVisitor: ~Copyable {
  /// The next stretch of the identity at hand by its states of flags.
  mutating func visit(flags: Stretch, identity: Span<UInt8>)

  /// The next stretch of the identity at hand by its states of segments.
  mutating func visit(segments: Stretch)

  /// That the identity at hand has no more stretches.
  mutating func endIdentity() throws

  /// That the environment has no more identities.
  mutating func endEnvironment(_ environment: Int64?) throws
}

/// Goes through the rows of a partition of `observations`.
struct ObservationScan {
  private let partition: LakeReader.File
  private let flagCells: StateCells
  private let segmentCells: StateCells
  private var environment: Int64?
  private var identity: [UInt8] = []
  private var flags: Stretch?
  private var segments: Stretch?
  private var flagState = LastState()
  private var segmentState = LastState()

  init(_ partition: LakeReader.File, flagCells: StateCells, segmentCells: StateCells) {
    self.partition = partition
    self.flagCells = flagCells
    self.segmentCells = segmentCells
  }

  /// Hands on the stretches of all rows.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError``, ``LakeReader/Damaged`` or what the visitor throws.
  /// - Complexity: O(*n*) in the rows; memory for a batch of them.
  consuming func forEach(_ visitor: inout some StretchVisitor & ~Copyable) throws {
    try partition.forEachBatch { try visit($0, &visitor) }
    if flags != nil {
      try endIdentity(&visitor)
      try visitor.endEnvironment(environment)
    }
  }

  private mutating func visit(_ batch: Table, _ visitor: inout some StretchVisitor & ~Copyable)
    throws
  {
    let columns = batch.columns
    let environments = columns[0]
    let identities = columns[1].texts
    let windows = columns[2].integers
    let flagStates = columns[3].texts
    let segmentStates = columns[4].texts
    let firstAt = columns[5].integers
    let lastAt = columns[6].integers
    let deliveries = columns[7].integers
    for row in 0..<batch.rowCount {
      let environment = environments.integer(row)
      let isSameEnvironment = environment == self.environment
      if flags == nil || !isSameEnvironment || !identity.span.equalBytes(identities[row]) {
        if flags != nil {
          try endIdentity(&visitor)
          if !isSameEnvironment { try visitor.endEnvironment(self.environment) }
        }
        self.environment = environment
        identity.removeAll(keepingCapacity: true)
        identity.append(identities[row])
      }
      if try flagState.update(flagStates[row], flagCells, partition) || flags == nil {
        if let flags { visitor.visit(flags: flags, identity: identity.span) }
        flags = Stretch(
          state: flagState.number,
          window: windows[row],
          deliveries: deliveries[row],
          firstAt: firstAt[row],
          lastAt: lastAt[row]
        )
      } else {
        flags?.extend(
          window: windows[row],
          deliveries: deliveries[row],
          firstAt: firstAt[row],
          lastAt: lastAt[row]
        )
      }
      if try segmentState.update(segmentStates[row], segmentCells, partition) || segments == nil {
        if let segments { visitor.visit(segments: segments) }
        segments = Stretch(
          state: segmentState.number,
          window: windows[row],
          deliveries: deliveries[row],
          firstAt: firstAt[row],
          lastAt: lastAt[row]
        )
      } else {
        segments?.extend(
          window: windows[row],
          deliveries: deliveries[row],
          firstAt: firstAt[row],
          lastAt: lastAt[row]
        )
      }
    }
  }

  private mutating func endIdentity(_ visitor: inout some StretchVisitor & ~Copyable) throws {
    if let flags { visitor.visit(flags: flags, identity: identity.span) }
    if let segments { visitor.visit(segments: segments) }
    flags = nil
    segments = nil
    try visitor.endIdentity()
  }
}

/// The state of the row before, as most rows have it again.
private struct LastState {
  private var text: [UInt8] = []
  private(set) var number = StateCells.emptyState

  /// Takes the state that `text` names; returns whether it is another one.
  @inline(__always)
  mutating func update(
    _ text: Span<UInt8>,
    _ cells: StateCells,
    _ partition: LakeReader.File
  ) throws -> Bool {
    if self.text.span.equalBytes(text) { return false }
    guard let digest = Digest128(hexadecimal: text) else {
      throw LakeReader.Damaged(path: partition.path, fault: "a row names no state")
    }
    number = cells.state(digest)
    self.text.removeAll(keepingCapacity: true)
    self.text.append(text)
    return true
  }
}
