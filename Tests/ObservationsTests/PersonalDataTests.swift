import Bytes
import Flagsmith
import Observations
import Testing

@Suite("Personal data")
struct PersonalDataTests {
  @Test("has pseudonyms for identities: RFC 4231 §4.3")
  func pseudonym() {
    var names = FactNames(PersonalData(pepper: KeyedHash(key: Array("Jefe".utf8))))
    let identity = names.intern(identity: "what do ya want for nothing?".utf8.span)
    #expect(
      names.identities.text(identity)
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
    #expect(names.intern(identity: "what do ya want for nothing?".utf8.span) == identity)
    #expect(names.intern(identity: "what do ya want for nothing".utf8.span) != identity)
  }

  @Test(
    "has the traits that were chosen, by the bytes of their keys",
    arguments: [
      (.all, ["Email", "email", "e\u{301}", "é"]),
      (.only(["email", "é"]), ["email", "é"]),
      (.only([]), []),
      (.allBut(["email", "é"]), ["Email", "e\u{301}"]),
      (.allBut([]), ["Email", "email", "e\u{301}", "é"]),
    ] as [(PersonalData.Traits, [String])]
  )
  func traits(chosen: PersonalData.Traits, kept: [String]) throws {
    let keys = ["email", "Email", "é", "e\u{301}"]
    let traits = keys.map { #"{"trait_key": "\#($0)", "trait_value": 1}"# }
    let body = #"{"flags": [], "identity": "i", "traits": [\#(traits.joined(separator: ", "))]}"#
    var decoder = PayloadDecoder()
    _ = try decoder.decode(body.utf8.span)
    var names = FactNames(PersonalData(traits: chosen))
    var snapshot = SnapshotNames()
    names.intern(decoder, into: &snapshot)
    let found = snapshot.traits.map { names.traitValue($0).trait }
    #expect(found == kept.map { Array($0.utf8) })
  }
}
