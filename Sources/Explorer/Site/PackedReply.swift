import HTTPService

/// The answer with a file that the program has inside it.
enum PackedReply {
    /// Returns it with the type that its name says; a browser asks again each time, by its tag.
    static func reply(_ name: String, to exchange: Exchange) -> Reply {
        let bytes = PackedFiles.bytes(name) ?? []
        var reply = Answer.compressible(
            bytes, type(of: name), cache: CacheRule.revalidate, exchange.accepted)
        reply = SitePage.guarded(reply)
        return EntityTag(of: bytes, isWeak: true).apply(to: reply, for: exchange.headers)
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
