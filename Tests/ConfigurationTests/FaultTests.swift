import Configuration
import Testing

@Suite("A fault in a configuration")
struct FaultTests {
  @Test(
    "names its place, its key and what would be right",
    arguments: [
      // Unknown keys.
      ("jbos: 4", ":1:1: jbos: unknown key; did you mean jobs?"),
      (
        "signature:\n  secrets:\n    - {name: a, env: A}\n    - {name: b, env: B, not_afer: 1}",
        ":4:25: signature.secrets[1].not_afer: unknown key; did you mean not_after?"
      ),
      ("window: {siez: 30m}", ":1:10: window.siez: unknown key; did you mean size?"),
      (
        "signature: {secrets: [{nmae: a, env: A}]}",
        ":1:24: signature.secrets[0].nmae: unknown key; did you mean name?"
      ),
      (
        "identities: {pseudonymize: {evn: A}}",
        ":1:29: identities.pseudonymize.evn: unknown key; did you mean env?"
      ),
      (
        "window: {kind: session}\r\njobs: 1\r\njobs: 2\r\n",
        ":3:1: jobs: is given twice, first in line 2"
      ),
      (
        "signature: {secrets: [{name: a, file: b.json}]}",
        ":1:39: signature.secrets[0].file: a file of several secrets is for --secret-file; here each is declared by itself"
      ),
      (
        "window:\n  colour: red",
        ":2:3: window.colour: unknown key; known keys: kind, size, timezone"
      ),
      // Duplicate keys.
      ("jobs: 1\nmemory: 1GB\njobs: 2", ":3:1: jobs: is given twice, first in line 1"),
      (
        "window: {size: 1m}\ncsv:\n  \"formulas\": raw\n  formulas: raw",
        ":4:3: csv.formulas: is given twice, first in line 3"
      ),
      (
        "signature: {secrets: [{name: a}, {env: A, name: b, env: B}]}",
        ":1:52: signature.secrets[1].env: is given twice, first in line 1"
      ),
      (
        "signature: {secrets: [{name: a, env: A}, {name: a, env: B}]}",
        ":1:42: signature.secrets[1].name: a is given twice"
      ),
      // Wrong types.
      ("- a", ":1:1: must be keys with values, not a list"),
      ("text", ":1:1: must be keys with values, not text"),
      ("[a]: b", ":1:1: a key must be a text, not a list"),
      ("archives: in", ":1:11: archives: must be a list, not text"),
      ("archives: [[in]]", ":1:12: archives[0]: must be a text, not a list"),
      ("archives: [in, in]", ":1:16: archives[1]: \"in\" is given twice"),
      ("archives: [\"\"]", ":1:12: archives[0]: is empty"),
      ("archives:", ":1:10: archives: must be a list, not nothing"),
      ("window: 30m", ":1:9: window: must be keys with values, not text"),
      ("jobs: \"4\"", ":1:7: jobs: must be a whole number from 1 to 256, not text"),
      ("output: 7", ":1:9: output: must be a path, not a number; put it in quotes if it is meant"),
      ("csv: {excel: \"yes\"}", ":1:14: csv.excel: must be true or false, not text"),
      (
        "traits: {exclude: [email, true]}",
        ":1:27: traits.exclude[1]: must be a text, not true or false; put it in quotes if it is meant"
      ),
      // Bad values.
      ("jobs: 0", ":1:7: jobs: \"0\" is not a whole number from 1 to 256"),
      ("top_values: 1.5", ":1:13: top_values: \"1.5\" is not a whole number, 1 or more"),
      ("max_rejected: 1.01", ":1:15: max_rejected: \"1.01\" is not a number from 0 to 1"),
      ("max_rejected: .nan", ":1:15: max_rejected: \".nan\" is not a number from 0 to 1"),
      (
        "window: {size: 0s}",
        ":1:16: window.size: \"0s\" is not a whole number and a unit, s, m, h or d: 30m for instance, from 1s to 7d"
      ),
      (
        "settle: 8d",
        ":1:9: settle: \"8d\" is not a whole number and a unit, s, m, h or d: 30m for instance, at most 7d"
      ),
      ("window: {kind: hopping}", ":1:16: window.kind: \"hopping\" is not tumbling or session"),
      (
        "window: {timezone: Mars/Olympus}",
        ":1:20: window.timezone: \"Mars/Olympus\" is not a time zone that is known here, Europe/Berlin or UTC for instance"
      ),
      (
        "memory: 1MB",
        ":1:9: memory: \"1MB\" is not a whole number and a unit: 512MB, 2GB, 256MiB; from 64MB to 1TB"
      ),
      ("envelope: nginx", ":1:11: envelope: \"nginx\" is not auto or generic"),
      (
        "exposures: some",
        ":1:12: exposures: \"some\" is not multivariate, all or a list of features"
      ),
      ("since: 2026-02-30", ":1:8: since: \"2026-02-30\" is not a date, YYYY-MM-DD"),
      ("since: 2026-11-02\nuntil: 2026-11-02", ":2:8: until: must be after since"),
      (
        "csv: {delimiter: ab}",
        ":1:18: csv.delimiter: \"ab\" is not one ASCII character, not a quote or a line end"
      ),
      (
        "signature: {secrets: [{name: a, env: A, not_after: 2026-10-01}]}",
        ":1:52: signature.secrets[0].not_after: \"2026-10-01\" is not a time like 2026-10-01T00:00:00Z"
      ),
      (
        "signature: {secrets: [{name: a, env: A, not_after: 2026-10-01T00:00:00Z, not_before: 2026-10-02T00:00:00Z}]}",
        ":1:52: signature.secrets[0].not_after: is before not_before"
      ),
      (
        "signature: {secrets: [{name: a, env: A, environment: 9223372036854775808}]}",
        ":1:54: signature.secrets[0].environment: \"9223372036854775808\" is not a whole number"
      ),
      // What is missing, and what excludes one another.
      ("signature: {secrets: [{env: A}]}", ":1:23: signature.secrets[0].name: is missing"),
      (
        "signature: {secrets: [{name: a}]}",
        ":1:23: signature.secrets[0]: needs env or file, which says where the secret is"
      ),
      (
        "signature: {secrets: [{name: a, env: A, file: b}]}",
        ":1:47: signature.secrets[0].file: is given besides env; give one"
      ),
      (
        "identities: {pseudonymize: {}}",
        ":1:28: identities.pseudonymize: needs env or file, which says where the secret is"
      ),
      (
        "traits: {include: [a], exclude: [b]}",
        ":1:33: traits.exclude: is given besides include; give one"
      ),
      // Not YAML, or more of it than is read.
      ("archives: [in", ":2:1: not YAML: did not find expected ',' or ']'"),
      ("a: *b", ":1:4: not YAML: found undefined alias"),
      ("archives: &a [in]", ":1:11: archives: anchors (&) and aliases (*) are not read"),
      ("jobs: 1\n---\njobs: 2", ":2:1: not YAML: but found another document"),
    ]
  )
  func message(text: String, expected: String) {
    #expect(fault(text) == expected)
  }

  @Test(
    "never shows what may be a secret",
    arguments: [
      "signature: {secrets: [s3cr3t]}",
      "signature: {secrets: s3cr3t}",
      "signature: {secrets: [{name: a, env: {s3cr3t: 1}}]}",
      "signature: {secrets: [{name: a, env: A, file: s3cr3t}]}",
      "identities: {pseudonymize: s3cr3t}",
      "identities: s3cr3t",
    ]
  )
  func secrecy(text: String) {
    #expect(fault(text)?.contains("s3cr3t") == false)
  }

  @Test("is found soon, however large the text unfolds to be")
  func bombs() {
    let aliases = (1...9).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1), *a\($0 - 1)]\n" }
    #expect(fault("a0: &a0 [x]\n" + aliases.joined()) == ": has too many words that begin with *")
    let keys = (1...9).map { "? &b\($0) [*b\($0 - 1), *b\($0 - 1)]\n: x\n" }
    #expect(fault("b0: &b0 [x]\n" + keys.joined()) != nil)
    #expect(fault(String(repeating: "- ", count: 100_000))?.hasSuffix("nests too deeply") == true)
    #expect(fault(String(repeating: "[", count: 100_000))?.hasSuffix("nests too deeply") == true)
    let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    #expect(fault("cohorts: \(deep)")?.hasSuffix("more than 16 levels within each other") == true)
    let large = "# " + String(repeating: "x", count: 1_000_000)
    #expect(fault(large) == ": is larger than 1000000 bytes")
  }

  @Test("may be in the bytes")
  func notUnicode() {
    #expect(throws: ConfigurationFault("/a.yaml: is not UTF-8")) {
      try ConfigurationFile([0x61, 0xFF], path: "/a.yaml")
    }
  }
}
