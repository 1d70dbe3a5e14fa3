internal import Bytes
internal import JSON
internal import Statistics

/// Named values in their order, which become JSON or flat keys; what is `nil` is left out.
struct ReportTree {
  enum Value {
    case integer(Int)
    case real(Double)
    case boolean(Bool)
    case text(String)
    case list([Value])
    case tree(ReportTree)

    /// A number, where there is one.
    static func number(_ value: Double?) -> Value? { value.map { .real($0) } }
    static func number(_ value: Double) -> Value { .real(value) }
  }

  private var members: [(name: String, value: Value)] = []

  /// Sets a value whose name is not there yet.
  subscript(name: String) -> Value? {
    get { members.first { $0.name == name }?.value }
    set { if let newValue { members.append((name, newValue)) } }
  }

  mutating func append(_ interval: Interval?) {
    self["ci_low"] = .number(interval?.low)
    self["ci_high"] = .number(interval?.high)
  }

  // MARK: - Writing

  var json: JSONTree {
    .object(members.map { (key: Array($0.name.utf8), value: $0.value.json) })
  }

  func appendKeyValues(_ prefix: String, to output: inout [UInt8]) {
    for (name, value) in members {
      value.appendKeyValues(prefix.isEmpty ? name : "\(prefix).\(name)", to: &output)
    }
  }
}

extension ReportTree.Value {
  fileprivate var json: JSONTree {
    switch self {
    case .integer(let value): .integer(Array("\(value)".utf8))
    case .real(let value): .double(value)
    case .boolean(let value): .boolean(value)
    case .text(let value): .string(Array(value.utf8))
    case .list(let values): .array(values.map(\.json))
    case .tree(let tree): tree.json
    }
  }

  fileprivate func appendKeyValues(_ key: String, to output: inout [UInt8]) {
    switch self {
    case .list(let values):
      for (index, value) in values.enumerated() {
        value.appendKeyValues("\(key)[\(index)]", to: &output)
      }
      return
    case .tree(let tree): return tree.appendKeyValues(key, to: &output)
    case .integer, .real, .boolean, .text: break
    }
    Self.appendCell(key, to: &output)
    output.append(UInt8(ascii: ","))
    switch self {
    case .integer(let value): output.append(decimal: Int64(value))
    case .real(let value): PythonText.append(double: value, to: &output)
    case .boolean(let value): output.append(value ? "true" : "false")
    case .text(let value): Self.appendCell(value, to: &output)
    case .list, .tree: break
    }
    output.append(UInt8(ascii: "\n"))
  }

  private static func appendCell(_ text: String, to output: inout [UInt8]) {
    let isPlain = !text.isEmpty && !text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    output +=
      isPlain
      ? Array(text.utf8) : Array("\"\(text.replacing("\"", with: "\"\""))\"".utf8)
  }
}
