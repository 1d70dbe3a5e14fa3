internal import Bytes
internal import JSON

extension PayloadDecoder {
  /// Reads `segments`.
  mutating func readSegments(_ reader: inout JSONReader) throws(JSONError) {
    guard try beginArray(&reader, "segments") else { return }
    while try reader.nextElement() {
      guard try beginObject(&reader, "an element of segments") else { continue }
      var id = JSONToken.null
      var name = JSONToken.null
      var member = JSONToken.null
      while let key = try reader.nextKey() {
        if reader.equals(key, "id") {
          id = try reader.readToken()
        } else if reader.equals(key, "name") {
          name = try reader.readToken()
        } else if reader.equals(key, "member") {
          member = try reader.readToken()
        } else {
          try reader.skipValue()
        }
      }
      appendRow(id, name, member, reader)
    }
  }

  private mutating func appendRow(
    _ id: JSONToken,
    _ name: JSONToken,
    _ member: JSONToken,
    _ reader: JSONReader
  ) {
    guard let id = integer(id, "segment.id", reader) else { return note("segment.id is missing") }
    guard case .string(let name) = name else { return note("segment.name is not a string") }
    guard case .boolean(let isMember) = member else {
      return note("segment.member is not a boolean")
    }
    var row = segmentState.beginRow()
    row.append(decimal: id)
    row.append(UInt8(ascii: ","))
    appendText(name, "segment.name", reader, &row)
    row.append(isMember ? ",true" : ",false")
    segmentState.endRow(row, id: id)
  }

  /// Reads `traits`.
  mutating func readTraits(_ reader: inout JSONReader) throws(JSONError) {
    guard try beginArray(&reader, "traits") else { return }
    while try reader.nextElement() {
      guard try beginObject(&reader, "an element of traits") else { continue }
      var name = JSONToken.null
      var value: JSONToken?
      while let key = try reader.nextKey() {
        if reader.equals(key, "trait_key") {
          name = try reader.readToken()
        } else if reader.equals(key, "trait_value") {
          value = try reader.readToken()
        } else {
          try reader.skipValue()
        }
      }
      guard case .string(let name) = name else {
        note("trait_key is not a string")
        continue
      }
      guard let value else {
        note("trait_value is missing")
        continue
      }
      if let fault = traits.append(name, value, reader) { note(fault) }
    }
  }
}
