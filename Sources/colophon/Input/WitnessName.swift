import Checkpoints
import Encoding
import Files

/// The name of a witness, as its verifier key has it.
struct WitnessName {
    /// Most bytes of a name: ML-DSA cosignatures count them in one byte, as those of an origin.
    private static let byteLimit = Checkpoint.maximumOriginByteCount

    private let text: Text

    /// Takes a name that can stand in a note and in a policy; `place` is where it was given.
    init(_ name: String, at place: String = "--witness") throws(Failure) {
        text = Text(name)
        let fits = (1...Self.byteLimit).contains(name.utf8.count)
        guard fits, PolicyWord(name) != nil,
            !name.unicodeScalars.contains(where: { $0 == "+" || $0.properties.isWhitespace })
        else {
            throw .usage(
                """
                \(place): a name has 1 to \(Self.byteLimit) bytes, and no space, no "+" and no \
                control character
                """, hint: "a URL of yours without https://, like witness.example/east")
        }
        guard !name.contains("://") else {
            throw .usage(
                "\(place): the name of a witness has no scheme",
                hint: "leave out what stands before \"//\" and that: witness.example/east")
        }
    }

    /// Returns the verifier key of `key`, from the file at `path`, under this name.
    func verifierKey(of key: SigningKey, at path: String) throws(Failure) -> VerifierKey {
        try cosigner(with: key, at: path).verifierKey
    }

    /// Returns who cosigns under this name with `key`, from the file at `path`.
    func cosigner(with key: SigningKey, at path: String) throws(Failure) -> Cosigner {
        do throws(VerifierKeyError) {
            return try Cosigner(name: text, key: key)
        } catch {
            throw .unreadable(
                path, "cannot be a witness's key: \(error)",
                hint: "make one: colophon keygen --witness \(ShellWord.quoted(text.string))")
        }
    }
}
