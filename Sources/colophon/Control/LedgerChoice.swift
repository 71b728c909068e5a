import Checkpoints
import Encoding
import Foundation
import HTTPCalls
import LedgerClient
import Provenance
import Studio

/// Decides which ledger a key may sign for: by a kit, by an origin, or by what it signed for.
///
/// What an address shows is public: anybody can show another ledger's control chain, and register
/// there what is signed on it. So the address alone never decides.
struct LedgerChoice {
    private let key: COSEKey
    private let address: ServiceURL
    private let kit: (kit: TrustKit, name: String)?
    private let origin: Origin?
    private let memory: LedgerMemory?
    private let console: Console

    /// Reads what vouches for the ledger at `address`.
    init(
        _ target: LedgerTarget, kitName: String?, at address: ServiceURL, for key: COSEKey,
        _ console: Console
    ) throws(Failure) {
        self.key = key
        self.address = address
        self.console = console
        if let text = target.origin {
            do throws(OriginError) {
                origin = try Origin(Text(text))
            } catch {
                throw .usage(
                    "--origin \(text) is not a ledger's name: \(error)",
                    hint: "a host in lower case and a path, without https://: "
                        + "ledger.example/prints")
            }
        } else {
            origin = nil
        }
        // An origin that is named wins over a kit that only the surroundings name.
        let name = target.trust ?? (target.origin == nil ? kitName : nil)
        kit = try name.map { name throws(Failure) in (try TrustFolder.kit(name), name) }
        memory = try LedgerMemory(of: key, environment: ProcessInfo.processInfo.environment)
    }

    /// Returns the ledger that answers, where nothing that vouches for one speaks against it.
    func settle(
        _ chain: ControlChain, _ client: LedgerClient
    ) async throws(Failure) -> KnownLedger {
        let found = KnownLedger(
            address: address, origin: chain.registry.origin, genesis: chain.registry.genesis)
        if let (kit, name) = kit { try await chain.check(against: kit, name, client) }
        if let origin, origin != found.origin {
            throw .no("\(address)", "is the ledger \(found.identity), not \(origin)")
        }
        guard memory != nil || isNamed else {
            throw .usage(
                "HOME is not set, so nothing is known of what this key signed for",
                hint: "name the ledger: --origin ORIGIN, or --trust DIR")
        }
        if let memory { try hold(found, against: memory) }
        return found
    }

    /// Says what is signed for and remembers it durably, before anything signed goes out; asks
    /// first where nothing vouches for the ledger and a person is there.
    func commit(to ledger: KnownLedger) throws(Failure) {
        let isNew = memory.map { !$0.ledgers.contains(ledger) } ?? false
        if let memory, isNew, !isNamed {
            try introduce(ledger, memory)
        } else {
            console.note("signing for \(ledger.identity), at \(ledger.address)")
        }
        guard let memory, isNew else { return }
        do throws(Failure) {
            try memory.remember(ledger, for: key) { now throws(Failure) in
                if !isNamed { try hold(ledger, against: now) }
            }
            if isNamed { console.note("that is remembered in \(memory.path)") }
        } catch {
            // Where somebody says which ledger is meant, this time goes without a memory.
            guard isNamed, error.status == .usage else { throw error }
            console.warn(error.subject, error.reason)
        }
    }

    private var isNamed: Bool { kit != nil || origin != nil }

    /// Refuses what contradicts the memory; where the ledger is named, that only warns.
    private func hold(_ found: KnownLedger, against memory: LedgerMemory) throws(Failure) {
        guard case .contradicts(let words) = Acquaintance(of: found, among: memory.ledgers)
        else { return }
        guard isNamed else {
            throw .no(
                "\(address)", words,
                hint: "nothing was signed; where this ledger is meant, say so: "
                    + "--origin \(found.origin), or --trust DIR with its kit")
        }
        console.warn("\(address)", words)
    }

    private func introduce(_ ledger: KnownLedger, _ memory: LedgerMemory) throws(Failure) {
        console.warn(
            nil,
            "this key signs for this ledger for the first time: \(ledger.identity), at "
                + "\(ledger.address); it is remembered in \(memory.path)")
        if console.confirms("Is that the ledger you mean?") == false {
            throw Failure(
                .no, "\(ledger.address)", "was not confirmed: nothing was signed",
                hint: "its operator publishes origin and genesis; --trust DIR takes a trust kit")
        }
    }
}
