internal import Bytes
internal import JSON

/// The parts of one element of `flags`, where they stand.
private struct FlagParts {
  var enabled: JSONToken?
  var hasFeature = false
  var environment = JSONToken.null
  var featureID: JSONToken?
  var featureName: JSONToken?
  var featureType: JSONToken?
  var initialValue = JSONToken.null
  var value = JSONToken.null
  var percentageAllocation = JSONToken.null
  var identity = JSONToken.null
  var featureSegment = JSONToken.null
}

extension PayloadDecoder {
  /// Reads `flags` and returns their environment.
  mutating func readFlags(_ reader: inout JSONReader) throws(JSONError) -> Int64? {
    guard try beginArray(&reader, "flags") else { return nil }
    var environment: Int64?
    var isFirst = true
    memory.beginFlags()
    while try reader.nextElement() {
      let start = reader.position
      if !isFirst { flagOffsets.append(start) }
      let named: Int64?
      if let known = memory.appendFlag(in: reader.bytes, at: start, to: &flagState) {
        reader.pass(knownValue: known.byteCount)
        named = known.environment
      } else {
        guard try beginObject(&reader, "an element of flags") else { continue }
        let parts = try readFlag(&reader)
        named = integer(parts.environment, "environment", reader)
        appendRow(parts, named, reader)
        if hasNoFault {
          let text = reader.bytes.extracting(start..<reader.position)
          memory.learn(flag: text, environment: named, flagState)
        }
      }
      if isFirst {
        environment = named
        isFirst = false
      } else if named != environment {
        note("flags name different environments")
      }
    }
    flagState.share(memory.rows)
    return environment
  }

  private mutating func readFlag(_ reader: inout JSONReader) throws(JSONError) -> FlagParts {
    var parts = FlagParts()
    while let key = try reader.nextKey() {
      if reader.equals(key, "enabled") {
        parts.enabled = try reader.readToken()
      } else if reader.equals(key, "environment") {
        parts.environment = try reader.readToken()
      } else if reader.equals(key, "feature") {
        try readFeature(&reader, &parts)
      } else if reader.equals(key, "feature_state_value") {
        parts.value = try reader.readToken()
      } else if reader.equals(key, "percentage_allocation") {
        parts.percentageAllocation = try reader.readToken()
      } else if reader.equals(key, "identity") {
        parts.identity = try reader.readToken()
      } else if reader.equals(key, "feature_segment") {
        parts.featureSegment = try reader.readToken()
      } else {
        try reader.skipValue()
      }
    }
    return parts
  }

  private mutating func readFeature(
    _ reader: inout JSONReader,
    _ parts: inout FlagParts
  ) throws(JSONError) {
    parts.featureID = nil
    parts.featureName = nil
    parts.featureType = nil
    parts.initialValue = .null
    parts.hasFeature = try reader.kind() == .object
    guard parts.hasFeature else {
      try reader.skipValue()
      return
    }
    try reader.beginObject()
    while let key = try reader.nextKey() {
      if reader.equals(key, "id") {
        parts.featureID = try reader.readToken()
      } else if reader.equals(key, "name") {
        parts.featureName = try reader.readToken()
      } else if reader.equals(key, "type") {
        parts.featureType = try reader.readToken()
      } else if reader.equals(key, "initial_value") {
        parts.initialValue = try reader.readToken()
      } else {
        try reader.skipValue()
      }
    }
  }

  /// Adds the canonical row of a flag.
  private mutating func appendRow(_ parts: FlagParts, _ environment: Int64?, _ reader: JSONReader) {
    guard case .boolean(let enabled) = parts.enabled else {
      return note("enabled is not a boolean")
    }
    guard parts.hasFeature else { return note("feature is not an object") }
    guard case .string(let name) = parts.featureName else {
      return note("feature.name is not a string")
    }
    guard case .string(let type) = parts.featureType else {
      return note("feature.type is not a string")
    }
    guard let id = integer(parts.featureID ?? .null, "feature.id", reader) else {
      return note("feature.id is missing")
    }
    let isIdentityOverride = integer(parts.identity, "flag.identity", reader) != nil
    let isSegmentOverride = integer(parts.featureSegment, "feature_segment", reader) != nil
    var row = flagState.beginRow()
    if let environment { row.append(decimal: environment) } else { row.append("null") }
    row.append(UInt8(ascii: ","))
    row.append(decimal: id)
    row.append(UInt8(ascii: ","))
    appendText(name, "feature.name", reader, &row)
    row.append(UInt8(ascii: ","))
    appendText(type, "feature.type", reader, &row)
    row.append(enabled ? ",true," : ",false,")
    appendValue(parts.value, reader, &row)
    row.append(UInt8(ascii: ","))
    appendPercentage(parts.percentageAllocation, reader, &row)
    row.append(UInt8(ascii: ","))
    switch parts.initialValue {
    case .string(let text): appendText(text, "feature.initial_value", reader, &row)
    case .null: row.append("null")
    default: note("feature.initial_value is neither a string nor null")
    }
    row.append(
      isIdentityOverride ? ",\"identity\"" : isSegmentOverride ? ",\"segment\"" : ",\"none\""
    )
    flagState.endRow(row, environment: environment, id: id)
  }

  /// Adds a value's type and its canonical text, both as JSON.
  private mutating func appendValue(
    _ value: JSONToken,
    _ reader: JSONReader,
    _ row: inout [UInt8]
  ) {
    switch value {
    case .string(let text):
      row.append("\"string\",")
      appendText(text, "feature_state_value", reader, &row)
    case .number(let number):
      row.append(number.notation == .integer ? "\"integer\",\"" : "\"float\",\"")
      reader.appendCanonical(number, to: &row)
      row.append(UInt8(ascii: "\""))
    case .boolean(let value): row.append(value ? "\"boolean\",\"true\"" : "\"boolean\",\"false\"")
    case .null: row.append("\"null\",null")
    case .composite: note("feature_state_value is an array or an object")
    }
  }

  private mutating func appendPercentage(
    _ value: JSONToken,
    _ reader: JSONReader,
    _ row: inout [UInt8]
  ) {
    switch value {
    case .number(let number):
      // Whole numbers have no negative zero.
      let value = reader.double(number)
      PythonText.append(double: number.notation == .integer && value == 0 ? 0 : value, to: &row)
    case .null: row.append("null")
    default: note("percentage_allocation is neither a number nor null")
    }
  }

  /// Adds a text as JSON, with characters outside ASCII as they stand.
  mutating func appendText(
    _ text: JSONString,
    _ what: StaticString,
    _ reader: JSONReader,
    _ row: inout [UInt8]
  ) {
    if !text.hasEscapes {
      row.append(UInt8(ascii: "\""))
      row.append(reader.bytes.extracting(text.range))
      row.append(UInt8(ascii: "\""))
      return
    }
    var plain = ByteBuffer(minimumCapacity: text.range.count)
    if reader.unescape(text, into: &plain) != nil { note("\(what) has a lone surrogate") }
    PythonText.append(string: plain.span, .asTheyStand, to: &row)
  }

  /// An integer of 64 bits, or `nil` for null; anything else is a fault.
  mutating func integer(_ value: JSONToken, _ what: StaticString, _ reader: JSONReader) -> Int64? {
    switch value {
    case .null: return nil
    case .number(let number):
      if let value = reader.int64(number) { return value }
      fallthrough
    default:
      note("\(what) is not an integer of 64 bits")
      return nil
    }
  }
}

extension JSONReader {
  /// Appends the canonical text of a number: the digits of an integer, a float as Python writes it.
  func appendCanonical(_ number: JSONNumber, to output: inout [UInt8]) {
    guard number.notation == .integer else {
      return PythonText.append(double: double(number), to: &output)
    }
    let digits = bytes.extracting(number.range)
    if digits.equals("-0") { output.append("0") } else { output.append(digits) }
  }
}
