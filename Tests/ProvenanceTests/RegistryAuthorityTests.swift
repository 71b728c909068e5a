import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing
import TestSupport

/// Who keeps the right to change a ledger, and that somebody always does (registry.md §3, §9).
@Suite struct RegistryAuthorityTests {
    private static let now = Int64(MemoryLedger.start)
    private static let deputyIssuer: Text = "https://admins.example/deputy"

    var log: MemoryLedger
    let deputy: SigningKey

    init() throws {
        log = try MemoryLedger()
        deputy = try log.values.ed25519("deputy")
    }

    /// What the registry says to a control manifest that is signed now.
    private mutating func change(
        _ manifest: Manifest, by signer: SigningKey? = nil, issuer: Text? = nil,
        issuedAt: UInt64 = MemoryLedger.start
    ) throws -> Refusal? {
        try log.refusal(of: manifest, by: signer, issuer: issuer, issuedAt: issuedAt)
    }

    /// A statement about the first administrator's key.
    private mutating func admin(
        _ operation: KeyManifest.Operation, notBefore: Int64 = 0,
        notAfter: Int64 = KeyManifest.never, signedUntil: Int64? = nil
    ) throws -> Manifest {
        try log.adding(
            log.admin.publicKey, issuer: log.adminIssuer, roles: [.admin], operation,
            notBefore: notBefore, notAfter: notAfter, signedUntil: signedUntil)
    }

    private mutating func addDeputy(
        notBefore: Int64 = 0, notAfter: Int64 = KeyManifest.never
    ) throws -> Manifest {
        try log.adding(
            deputy.publicKey, issuer: Self.deputyIssuer, roles: [.admin], notBefore: notBefore,
            notAfter: notAfter)
    }

    private mutating func policy(_ algorithms: [Int64] = [-8, -7]) throws -> Manifest {
        try log.registry.policy.replacing(
            settings: .init(algorithms: algorithms), nonce: log.nonce())
    }
}

// MARK: - Retirement

extension RegistryAuthorityTests {
    /// The attack: `iat` dated back to before the retirement, `prev` naming the retirement itself.
    @Test mutating func aRetiredAdministratorChangesNothingWhateverItsIatSays() throws {
        try log.apply(addDeputy())
        try log.apply(
            admin(.retire, signedUntil: Self.now + 3_600), by: deputy, issuer: Self.deputyIssuer)
        let third = try log.values.ed25519("third")
        let changes = [
            try log.adding(third.publicKey, issuer: "https://a.example", roles: [.admin]),
            try log.adding(
                deputy.publicKey, issuer: Self.deputyIssuer, roles: [.admin], .revoke),
            try admin(.add), try policy(),
            try ErasureManifest(
                entries: [Text("\(EntryID(.sha256([])))")], sha256: .sha256([]), reason: "",
                authority: ""
            ).manifest(origin: log.origin.text, nonce: log.nonce()),
        ]
        let times = [0, MemoryLedger.start - 1, MemoryLedger.start + 3_600] as [UInt64]
        for manifest in changes {
            for issuedAt in times {
                let refused = try change(manifest, issuedAt: issuedAt)
                #expect(refused?.reason == .keyState && refused?.field == "kid", "\(issuedAt)")
            }
        }
        #expect(try change(changes[0], by: deputy, issuer: Self.deputyIssuer) == nil)
    }

    @Test mutating func aRetiredAdministratorIsRefusedByKitAndVerifierToo() throws {
        try log.apply(addDeputy())
        try log.apply(
            admin(.retire, signedUntil: Self.now), by: deputy, issuer: Self.deputyIssuer)
        let kit = try log.kit()
        // A ledger that breaks its rules logs it all the same.
        let statement = try log.control(policy(), issuedAt: MemoryLedger.start - 60)
        let index = log.append(statement)
        var file = try TransparentStatement(statement, manifest: nil)
        file.receipts = [try log.receipt(index)]
        let report = Verifier(kit).verify(file: file.encoded(), artifact: nil, recordOnly: true)
        #expect(report.says(.issuer, .refuted, "retired") && report.reached == nil)
        let refused = #expect(throws: TrustKitError.self) { try log.kit() }
        #expect(refused?.rule.contains("retired") == true)
    }

    @Test mutating func signedUntilStillBindsWhatElseARetiredAdministratorSigns() throws {
        let both = try log.values.ed25519("both")
        let (issuer, roles) = (MemoryLedger.berlin, [Role.admin, .pop])
        try log.apply(log.adding(both.publicKey, issuer: issuer, roles: roles))
        try log.apply(
            log.adding(
                both.publicKey, issuer: issuer, roles: roles, .retire, signedUntil: Self.now))
        let cases: [(UInt64, Refusal.Reason?)] = [(0, nil), (1, .keyState)]
        for (offset, expected) in cases {
            let statement = try log.capture(
                "x", by: both, issuer: issuer, issuedAt: MemoryLedger.start + offset
            ).statement
            #expect(refusal { _ = try log.registry.judge(statement) }?.reason == expected)
        }
        #expect(try change(policy(), by: both, issuer: issuer)?.field == "kid")
    }

    @Test mutating func anotherAdministratorCanPutARetiredOneBackIntoOffice() throws {
        try log.apply(addDeputy())
        try log.apply(
            admin(.retire, signedUntil: Self.now), by: deputy, issuer: Self.deputyIssuer)
        #expect(try change(admin(.add))?.field == "kid")
        try log.apply(admin(.add), by: deputy, issuer: Self.deputyIssuer)
        #expect(try change(policy()) == nil)
    }
}

// MARK: - Lock-out

extension RegistryAuthorityTests {
    /// Expects that a change is refused for leaving nobody, at this field, with what to do.
    private func expectLockOut(
        _ refusal: Refusal?, _ field: String, _ place: SourceLocation = #_sourceLocation
    ) {
        #expect(refusal?.reason == .lockOut, "\(refusal as Any)", sourceLocation: place)
        #expect(refusal?.field == field, sourceLocation: place)
        let words = ["add one first", "into it"]
        #expect(
            words.contains { refusal?.rule.contains($0) == true }, sourceLocation: place)
    }

    @Test mutating func aPolicyKeepsTheAlgorithmsOfWhoCanChangeIt() throws {
        // The ledger's and the recovery key's, though an administrator has another.
        let es = try log.values.es256("es")
        try log.apply(log.adding(es.publicKey, issuer: "https://es.example", roles: [.admin]))
        expectLockOut(try change(policy([-7])), "predicate.algorithms")
        expectLockOut(try change(policy([-49])), "predicate.algorithms")
        #expect(try change(policy([-8])) == nil)
        // An administrator's, though the ledger's and the recovery key stay.
        try log.apply(admin(.revoke), by: es, issuer: "https://es.example")
        expectLockOut(
            try change(policy([-8]), by: es, issuer: "https://es.example"), "predicate.algorithms")
        #expect(try change(policy([-7, -8]), by: es, issuer: "https://es.example") == nil)
    }

    @Test mutating func theRecoveryKeysAlgorithmStaysListedFromEntryZero() throws {
        let es = try log.values.es256("recovery")
        var other = try MemoryLedger(recovery: es)
        let narrow = try other.control(
            other.registry.policy.replacing(
                settings: .init(algorithms: [-8]), nonce: other.nonce()))
        expectLockOut(
            refusal { try other.registry.apply(narrow, at: other.size) }, "predicate.algorithms")
        expectLockOut(
            refusal { _ = try MemoryLedger(settings: .init(algorithms: [-8]), recovery: es) },
            "predicate.algorithms")
    }

    @Test mutating func theOnlyAdministratorsWindowIsNeverOverNorYetToCome() throws {
        expectLockOut(try change(admin(.add, notAfter: Self.now - 1)), "predicate.notAfter")
        expectLockOut(try change(admin(.add, notBefore: Self.now + 1)), "predicate.notBefore")
        #expect(try change(admin(.add, notBefore: Self.now, notAfter: Self.now)) == nil)
        // The recovery key counts for nothing: it is for what goes wrong all the same.
        let recovery = log.uri + "/recovery"
        expectLockOut(
            try change(admin(.add, notAfter: 5), by: log.recovery, issuer: recovery),
            "predicate.notAfter")
        expectLockOut(
            try change(admin(.revoke), by: log.recovery, issuer: recovery), "predicate.operation")
    }

    @Test mutating func whoCannotSignIsNoOtherAdministrator() throws {
        for window in [(0, Self.now - 1), (Self.now + 1, KeyManifest.never)] {
            let before = log
            defer { log = before }
            try log.apply(addDeputy(notBefore: window.0, notAfter: window.1))
            for operation in [KeyManifest.Operation.revoke, .retire] {
                let until = operation == .retire ? Self.now : nil
                expectLockOut(
                    try change(admin(operation, signedUntil: until)), "predicate.operation")
            }
            expectLockOut(try change(admin(.add, notAfter: 1)), "predicate.notAfter")
        }
        // An algorithm that the policy does not list.
        let mlDSA = try COSEKey(.mlDSA65([UInt8](repeating: 1, count: 1952)))
        try log.apply(log.adding(mlDSA, issuer: "https://ml.example", roles: [.admin]))
        expectLockOut(try change(admin(.revoke)), "predicate.operation")
        // A retired and a revoked one.
        try log.apply(addDeputy())
        try log.apply(
            log.adding(
                deputy.publicKey, issuer: Self.deputyIssuer, roles: [.admin], .retire,
                signedUntil: Self.now))
        expectLockOut(try change(admin(.revoke)), "predicate.operation")
        try log.apply(addDeputy())
        #expect(try change(admin(.revoke)) == nil)
    }

    /// The time that counts is the newest iat of the chain: an auditor has no clock.
    @Test mutating func theNewestIatOfTheChainIsTheTimeThatCounts() throws {
        try log.apply(addDeputy(notAfter: Self.now + 100))
        #expect(try change(admin(.revoke)) == nil)
        try log.apply(policy(), issuedAt: MemoryLedger.start + 101)
        expectLockOut(try change(admin(.revoke)), "predicate.operation")
        // A statement may not bring the time itself to where nobody is left.
        try log.apply(admin(.add, notAfter: Self.now + 200))
        let handover = try LogKeyManifest(
            .receipt, old: Text(log.receipt.publicKey.string),
            new: Text(log.values.ed25519("receipt 2").publicKey.string), lastSize: 9
        ).manifest(origin: log.origin.text, nonce: log.nonce())
        expectLockOut(
            try change(
                handover, by: log.ledger, issuer: log.uri, issuedAt: MemoryLedger.start + 201),
            "iat")
        #expect(
            try change(
                handover, by: log.ledger, issuer: log.uri, issuedAt: MemoryLedger.start + 200)
                == nil)
    }

    @Test mutating func aLedgerKeyIsHandedOverToAnAlgorithmThatIsListed() throws {
        let es = try log.values.es256("ledger 2").publicKey
        let mlDSA = try COSEKey(.mlDSA65([UInt8](repeating: 1, count: 1952)))
        func handover(to key: COSEKey) throws -> Manifest {
            try LogKeyManifest(
                .ledger, old: Text(log.ledger.publicKey.string), new: Text(key.string),
                lastSize: 9
            ).manifest(origin: log.origin.text, nonce: log.nonce())
        }
        expectLockOut(
            try change(handover(to: mlDSA), by: log.ledger, issuer: log.uri), "predicate.new")
        try log.apply(handover(to: es), by: log.ledger, issuer: log.uri)
        // From then on it is the new key's algorithm that stays, beside the recovery key's.
        expectLockOut(try change(policy([-8])), "predicate.algorithms")
    }

    @Test mutating func aLockOutIsRefusedByKitAndVerifierToo() throws {
        let kit = try log.kit()
        let statement = try log.control(admin(.add, notAfter: Self.now - 1))
        let index = log.append(statement)
        var file = try TransparentStatement(statement, manifest: nil)
        file.receipts = [try log.receipt(index)]
        let report = Verifier(kit).verify(file: file.encoded(), artifact: nil, recordOnly: true)
        #expect(report.says(.issuer, .refuted, "administrator who can sign"))
        #expect(throws: TrustKitError.self) { try log.kit() }
    }

    /// A kit that is too old for a third administrator must not call it a lock-out that the two
    /// it has heard of are gone.
    @Test mutating func whatIsNotKnownIsNoLockOut() throws {
        try log.apply(admin(.add, notAfter: Self.now + 10))
        let kit = try log.kit()
        let third = try log.values.ed25519("third")
        try log.apply(log.adding(third.publicKey, issuer: "https://a.example", roles: [.admin]))
        let added = try log.apply(addDeputy())
        let leave = try log.adding(
            deputy.publicKey, issuer: Self.deputyIssuer, roles: [.admin], .revoke)
        let left = try log.apply(
            leave, by: deputy, issuer: Self.deputyIssuer, issuedAt: MemoryLedger.start + 20)
        func file(_ index: UInt64) throws -> TransparentStatement {
            let control = try #require(log.controls.first { $0.index == index })
            var file = try TransparentStatement(control.statement, manifest: nil)
            file.receipts = [try log.receipt(index)]
            return file
        }
        var whole = try file(left)
        whole.issuers = [try file(added).encoded()]
        let report = Verifier(kit).verify(file: whole.encoded(), artifact: nil, recordOnly: true)
        #expect(report.ok, "\(report.findings)")
    }
}

// MARK: - Repeated revocation

extension RegistryAuthorityTests {
    @Test mutating func aSecondRevocationOnlySetsOrLowersSuspectFrom() throws {
        try log.addPoP()
        let key = log.pop.publicKey
        let first = try log.apply(log.adding(key, .revoke))
        #expect(try change(log.adding(key, .revoke))?.field == "predicate.suspectFrom")
        try log.apply(log.adding(key, .revoke, suspectFrom: 7))
        for size in [7, 8] as [UInt64] {
            #expect(
                try change(log.adding(key, .revoke, suspectFrom: size))?.field
                    == "predicate.suspectFrom")
        }
        try log.apply(log.adding(key, .revoke, suspectFrom: 3))
        let record = try #require(log.registry.keys[key.keyID])
        #expect(record.state == .revoked(suspectFrom: 3) && record.changedAt == first)
        #expect(
            try change(log.adding(key, .revoke, notAfter: 9, suspectFrom: 2))?.field
                == "predicate.notBefore")
        #expect(try change(log.adding(key))?.field == "predicate.coseKey")
        #expect(try log.kit().registry.keys[key.keyID]?.state == .revoked(suspectFrom: 3))
    }
}

// MARK: - The rule

/// After every control statement that is folded somebody can sign the next one.
@Suite struct RegistrySuccessionTests {
    let log: MemoryLedger

    init() throws {
        log = try MemoryLedger()
    }

    /// What stands in a random chain: whoever may, signs what it likes.
    private struct Chain {
        var log: MemoryLedger
        var dice: SeededRandom
        let people: [(key: SigningKey, issuer: Text)]

        mutating func signer() -> (key: SigningKey, issuer: Text) {
            switch dice.number(below: 6) {
            case 0: (log.recovery, log.uri + "/recovery")
            case 1: (log.ledger, log.uri)
            default: people[dice.number(below: people.count)]
            }
        }

        mutating func time() -> Int64 {
            Int64(MemoryLedger.start) + Int64(dice.number(below: 40) - 20) * 100
        }

        mutating func manifest() throws -> Manifest {
            switch dice.number(below: 8) {
            case 0:
                let lists: [[Int64]] = [[-8], [-7], [-8, -7], [-49, -8, -7], [-49]]
                return try log.registry.policy.replacing(
                    settings: .init(algorithms: lists[dice.number(below: lists.count)]),
                    nonce: log.nonce())
            case 1:
                let name = "ledger \(dice.next())"
                let new =
                    try dice.happens(50) ? log.values.ed25519(name) : log.values.es256(name)
                return try LogKeyManifest(
                    .ledger, old: Text(log.registry.ledgerKeys.current.string),
                    new: Text(new.publicKey.string), lastSize: log.size
                ).manifest(origin: log.origin.text, nonce: log.nonce())
            default:
                let person = people[dice.number(below: people.count)]
                let operation: KeyManifest.Operation =
                    switch dice.number(below: 10) {
                    case 0: .revoke
                    case 1...3: .retire
                    default: .add
                    }
                let (from, length) = (time(), Int64(dice.number(below: 3_000)))
                let isOpen = dice.happens(30)
                return try log.adding(
                    person.key.publicKey, issuer: person.issuer, roles: [.admin], operation,
                    notBefore: isOpen ? 0 : from,
                    notAfter: isOpen ? KeyManifest.never : from + length,
                    signedUntil: operation == .retire ? from : nil)
            }
        }

        /// Whether a statement of this signer would be folded now.
        mutating func admits(
            _ manifest: Manifest, by signer: SigningKey, _ issuer: Text, at time: UInt64
        ) throws -> Bool {
            let statement = try log.control(manifest, by: signer, issuer: issuer, issuedAt: time)
            var registry = log.registry
            return refusal { try registry.apply(statement, at: log.size) } == nil
        }
    }

    @Test func afterEveryStatementSomebodyCanSignTheNext() throws {
        var dice = SeededRandom(for: "RegistrySuccessionTests")
        var (folded, lockOuts) = (0, 0)
        for _ in 0..<8 {
            var people = [(key: log.admin, issuer: log.adminIssuer)]
            for (name, isES) in [("b", false), ("c", true), ("d", true)] {
                let key = try isES ? log.values.es256(name) : log.values.ed25519(name)
                people.append((key, Text("https://\(name).example")))
            }
            var chain = Chain(log: log, dice: dice, people: people)
            let (more, refused) = try grow(&chain)
            (folded, lockOuts, dice) = (folded + more, lockOuts + refused, chain.dice)
        }
        #expect(folded >= 40 && lockOuts >= 10, "\(folded) folded, \(lockOuts) refused; \(dice)")
    }

    /// Makes a chain of whatever is folded; returns how much was, and how much was a lock-out.
    private func grow(_ chain: inout Chain) throws -> (folded: Int, lockOuts: Int) {
        var (folded, lockOuts, newest) = (0, 0, MemoryLedger.start)
        for round in 0..<100 {
            let (signer, manifest) = (chain.signer(), try chain.manifest())
            let time = UInt64(chain.time())
            let statement = try chain.log.control(
                manifest, by: signer.key, issuer: signer.issuer, issuedAt: time)
            let refused = refusal {
                try chain.log.registry.apply(statement, at: chain.log.size)
            }
            if refused?.reason == .lockOut { lockOuts += 1 }
            guard refused == nil else { continue }
            chain.log.append(statement)
            (folded, newest) = (folded + 1, max(newest, time))
            let same = try chain.log.registry.policy.replacing(
                settings: chain.log.registry.policy.settings, nonce: chain.log.nonce())
            let canGoOn = try chain.people.contains { person in
                try chain.admits(same, by: person.key, person.issuer, at: newest)
            }
            #expect(canGoOn, "round \(round): nobody can sign any more; \(chain.dice)")
        }
        return (folded, lockOuts)
    }
}
