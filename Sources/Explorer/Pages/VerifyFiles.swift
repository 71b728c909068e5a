import HTTPService

/// The files of the verifier for browsers, beside its page.
enum VerifyFiles {
    private static let folder = "Verify/"

    /// Whether there is a file of this name.
    static func has(_ name: String) -> Bool {
        PackedFiles.names.contains(folder + name)
    }

    /// Returns the answer with one, as it lies in `Sources/Explorer/Verify`.
    static func reply(_ name: String, to exchange: Exchange) -> Reply {
        PackedReply.reply(folder + name, .verifying, to: exchange)
    }
}
