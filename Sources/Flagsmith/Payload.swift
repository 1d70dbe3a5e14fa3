/// What the body of a webhook turned out to be.
package enum Payload: Hashable, Sendable {
  /// An identity's flags, segments and traits, which the decoder holds; with the environment of its flags.
  case snapshot(environment: Int64?)
  /// Another webhook with the same header.
  case event(EventType)
}

/// The kinds of webhooks that are not snapshots.
package enum EventType: String, CaseIterable, Hashable, Sendable {
  case flagUpdated = "FLAG_UPDATED"
  case flagDeleted = "FLAG_DELETED"
  case newVersionPublished = "NEW_VERSION_PUBLISHED"
  case auditLogCreated = "AUDIT_LOG_CREATED"
}

/// Why a body is not a payload.
package enum PayloadError: Error, Hashable, Sendable {
  /// It is not JSON, `NaN` and infinities allowed.
  case notJSON(String)
  /// It is JSON of another shape; the text says which key.
  case shape(String)
}

/// The type of a flag's or a trait's value.
package enum ValueType: UInt8, CaseIterable, Hashable, Sendable {
  case string
  case integer
  case float
  case boolean
  case null

  /// The name in the tables.
  package var name: StaticString {
    switch self {
    case .string: "string"
    case .integer: "integer"
    case .float: "float"
    case .boolean: "boolean"
    case .null: "null"
    }
  }
}

/// One trait of a snapshot.
package struct Trait: Hashable, Sendable {
  /// Where the key and the canonical value stand in the decoder's trait text.
  package let key: Range<Int>
  package let type: ValueType
  package let value: Range<Int>
  /// Its place among the traits as they were sent.
  package let place: Int
}
