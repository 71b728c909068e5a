import Encoding
import Manifests
import Merkle
import Provenance
import Testing
import TestLog

/// Whether a file carries the Content Credentials that its record names, and what is said of it.
@Suite struct CredentialMatchTests {
    private static let named = ProvenanceFacts.ContentCredentials(
        manifestStoreSHA256: .sha256([1]), manifestURN: "urn:uuid:1")

    private var log: MemoryLedger

    init() throws { log = try MemoryLedger(seed: "credentials") }

    private mutating func match(
        _ carried: CredentialMatch.Carried, isNamed: Bool = true
    ) throws -> CredentialMatch? {
        let c2pa: JSON = [
            "manifestStoreSha256": .string(Text("\(Self.named.manifestStoreSHA256)")),
            "manifestURN": .string(Self.named.manifestURN),
        ]
        var more: [(Text, JSON)] = []
        if isNamed { more.append(("c2pa", c2pa)) }
        return CredentialMatch(try log.manifest("photo.jpg", more), carried)
    }

    @Test mutating func onlyTheSameStoreAndTheSameNameAreTheSame() throws {
        #expect(try match(.some(Self.named)) == .same)
        let others = [
            ProvenanceFacts.ContentCredentials(
                manifestStoreSHA256: .sha256([2]), manifestURN: "urn:uuid:1"),
            ProvenanceFacts.ContentCredentials(
                manifestStoreSHA256: .sha256([1]), manifestURN: "urn:uuid:2"),
        ]
        for other in others { #expect(try match(.some(other)) == .other) }
        #expect(try match(.none) == .gone)
    }

    /// A look that fails is no absence, and no look is none either.
    @Test mutating func aLookThatFailsIsNotOneThatFindsNothing() throws {
        #expect(try match(.unread) == .unread)
        #expect(try match(.notLookedFor) == .notChecked)
    }

    @Test mutating func whereARecordNamesNoneNothingIsSaid() throws {
        #expect(try match(.some(Self.named), isNamed: false) == nil)
    }

    /// A store can be copied: what another file carries lends it nothing.
    @Test func noWordsForAnotherFileCallItTheSame() {
        for match in CredentialMatch.allCases {
            #expect(match.phrase(isSameFile: false) != .credentialsSame)
            #expect(match.phrase(isSameFile: nil) == .credentialsUnchecked)
        }
        #expect(CredentialMatch.same.phrase(isSameFile: true) == .credentialsSame)
        #expect(CredentialMatch.same.phrase(isSameFile: false) == .credentialsCopied)
        let same = VerdictPhrase.credentialsSame.words
        #expect(same.hasPrefix("carries Content Credentials, the same as when it was signed"))
        #expect(same.contains("not checked"))
    }
}
