internal import Lake
internal import Tables

/// A view that joins observations with the rows of their states, so that nobody has to.
package struct WarehouseView: Sendable {
  /// A column, and which of the two tables it is of.
  struct Column: Sendable {
    let name: String
    let isOfState: Bool
  }

  package let name: String
  let meaning: String
  let observations: WarehouseTable
  let states: WarehouseTable
  /// The digest that both tables have.
  let key: String
  let columns: [Column]

  private init(_ name: String, meaning: String, states: LakeTable, key: String, without: [String]) {
    self.name = name
    self.meaning = meaning
    self.key = key
    observations = WarehouseTable(.observations)
    self.states = WarehouseTable(states)
    let digests = ["flag_state", "segment_state"]
    let observed = observations.schema.columns.map(\.name).filter { !digests.contains($0) }
    let added = states.schema.columns.map(\.name).filter {
      $0 != key && !observed.contains($0) && !without.contains($0)
    }
    columns =
      observed.map { Column(name: $0, isOfState: false) }
      + added.map { Column(name: $0, isOfState: true) }
  }

  package static let all = [
    WarehouseView(
      "observation_flags",
      meaning: "One row per observation and flag",
      states: .flagStates,
      key: "flag_state",
      without: ["initial_value"]
    ),
    WarehouseView(
      "observation_segments",
      meaning: "One row per observation and segment",
      states: .segmentStates,
      key: "segment_state",
      without: []
    ),
  ]
}
