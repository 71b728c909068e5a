import HTTPService
import Synchronization

/// The answer with a file that the program has inside it.
///
/// It is made on the event loops, which registration needs: so its bytes, its tag and what is
/// compressed of it are made once.
final class PackedReply: AnswerPlace, Sendable {
    private static let all = Dictionary(
        uniqueKeysWithValues: PackedFiles.names.map { name in
            (name, PackedReply(PackedFiles.bytes(name) ?? [], named: name))
        })

    private let bytes: [UInt8]
    private let type: String
    private let tag: EntityTag
    private let compressed = Mutex<Reply?>(nil)

    /// Prepares an answer with `bytes`; `name` says which type they have.
    init(_ bytes: [UInt8], named name: String) {
        self.bytes = bytes
        type = Self.type(of: name)
        tag = EntityTag(of: bytes, isWeak: true)
    }

    /// Returns a file by its name; a browser asks again each time, by its tag.
    static func reply(_ name: String, to exchange: Exchange) -> Reply {
        guard let packed = all[name] else {
            preconditionFailure("\(name) is listed in CExplorerFiles")
        }
        return packed.reply(to: exchange)
    }

    /// Returns the answer.
    func reply(to exchange: Exchange) -> Reply {
        let reply = Answer.compressible(
            bytes, type, cache: CacheRule.revalidate, exchange.accepted, keptAt: self)
        return tag.apply(to: SitePage.guarded(reply), for: exchange.headers)
    }

    var kept: Reply? { compressed.withLock { $0 } }

    func keep(_ answer: Reply) {
        compressed.withLock { $0 = answer }
    }

    private static func type(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": MediaType.svg
        case "json": MediaType.json
        case "html": SitePage.type
        default: MediaType.bytes
        }
    }
}
