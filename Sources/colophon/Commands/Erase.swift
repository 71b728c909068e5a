import ArgumentParser
import Checkpoints
import Encoding
import Foundation
import HTTPCalls
import LedgerClient
import Manifests
import Merkle
import Provenance
import Studio

/// Has a ledger forget a manifest.
struct Erase: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have a ledger forget the manifest of entries.",
        discussion: """
            The manifest's bytes go, for every entry that has them; the statements, which
            hold only its digest, and all proofs stay. That it was erased, by whom and why,
            is logged for ever. It says when the bytes have left the ledger's disk.

              colophon erase 9oTmmr1XyNV5DVb3QZ3YgkhXyCiXOC7BXDpIjwGYKcE --admin admin.pem \\
                --reason "request of the person pictured" --authority "GDPR Art. 17" \\
                --ledger https://ledger.example/prints

            An entry may begin with "-": write --entry=ID, or /entries/ID. Which ledger is
            meant, --origin or --trust says, or what the key has signed for there before.
            """)

    @Argument(help: ArgumentHelp("The entries; all must share one manifest.", valueName: "entry"))
    var entries: [String] = []

    @Option(name: .customLong("entry"), help: ArgumentHelp("An entry.", valueName: "id"))
    var moreEntries: [String] = []

    @Option(help: ArgumentHelp("The administrator's private key.", valueName: "pem"))
    var admin: String

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("By what right.", valueName: "text"))
    var authority: String

    @OptionGroup var target: LedgerTarget

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        var ids: [EntryID] = []
        for text in entries + moreEntries {
            let id = try EntryArgument.parse(text)
            if !ids.contains(id) { ids.append(id) }
        }
        guard !ids.isEmpty else { throw .usage("no entry is named") }
        let entries = ids
        let session = try await ControlSession(admin: admin, target, common, console)
        let (outcome, state) = try await session.with { client throws(Failure) in
            let digest = try await manifestDigest(of: entries, client)
            let change = ErasureManifest(
                entries: entries.map { Text("\($0)") }, sha256: digest, reason: Text(reason),
                authority: Text(authority))
            let outcome = try await session.append(client) { chain, _ throws(Failure) in
                if let entry = chain.newest({ Self.hasErased(entries, digest, $0) }) {
                    return .done(entry)
                }
                do throws(Refusal) {
                    return .log(
                        try change.manifest(
                            origin: chain.registry.origin.text,
                            nonce: Random.bytes(Limits.nonceBytes)))
                } catch {
                    throw .usage("\(error)")
                }
            }
            return (outcome, await ErasureWait.end(of: entries[0], client))
        }
        console.print(
            "\(outcome.entry) erasure", outcome.members + [("bytesGone", .bool(state == .gone))])
        console.note(ErasureWait.words(state))
        return .yes
    }

    /// Whether `manifest` is an erasure of these entries, which need not be logged again.
    private static func hasErased(
        _ entries: [EntryID], _ digest: Hash, _ manifest: Manifest
    ) -> Bool {
        guard manifest.predicateType == PredicateType.erasure,
            let erasure = try? ErasureManifest(manifest), erasure.sha256 == digest
        else { return false }
        return entries.allSatisfy { erasure.entries.contains(Text("\($0)")) }
    }

    /// Returns the digest of the one manifest that all entries share.
    private func manifestDigest(
        of ids: [EntryID], _ client: LedgerClient
    ) async throws(Failure) -> Hash {
        var digest: Hash?
        for id in ids {
            let leaf: [UInt8]
            do throws(CallError) {
                leaf = try await client.statement(id)
            } catch {
                throw Network.failure(error, "\(id)")
            }
            guard EntryID(ofLeaf: leaf) == id, let statement = try? Statement(leaf: leaf) else {
                throw Failure(.tryAgain, "\(id)", "the ledger gave another statement")
            }
            guard statement.controlManifest == nil else {
                throw .no("\(id)", "is a control statement: those are never erased")
            }
            guard digest == nil || digest == statement.manifestDigest else {
                throw .no(
                    "\(id)", "has another manifest than the entries before",
                    hint: "erase the entries of each manifest by themselves")
            }
            digest = statement.manifestDigest
        }
        guard let digest else { throw .usage("no entry is named") }
        return digest
    }
}

/// Reads the name of an entry as people paste it.
enum EntryArgument {
    static func parse(_ text: String) throws(Failure) -> EntryID {
        var id = Substring(text)
        if let path = id.range(of: "/entries/", options: .backwards) {
            id = id[path.upperBound...]
        }
        guard let entry = EntryID(Text(String(id))) else {
            throw .unreadable(text, "is not an entry: 43 characters of base64url")
        }
        return entry
    }
}
