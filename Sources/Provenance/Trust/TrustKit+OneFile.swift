import Encoding

/// A kit as one file: a map from the names of its files to their bytes (trust-kit.md §4).
extension TrustKit.Files {
    /// The name of a kit in one file that counts in the place of the files of its folder: an update
    /// that has not come to its end.
    public static let updateName = "update.colophon-kit"

    /// Bytes of a kit in one file: the largest files that a kit may have, and room for their names.
    public static let oneFileByteLimit =
        RegistryFile.byteLimit + 3 * TrustKit.smallFileByteLimit + CalendarsFile.byteLimit + 1024

    /// The media type of a kit in one file.
    public static let mediaType = "application/vnd.colophon.trust-kit.v1+cbor"

    /// How the name of a kit in one file ends.
    public static let suffix = ".colophon-kit"

    /// Takes the files out of one: the error says what is wrong with it, and no file of it was
    /// looked into.
    public init(oneFile bytes: [UInt8]) throws(TrustKitError) {
        guard bytes.count <= Self.oneFileByteLimit else {
            throw TrustKitError(whole: "must not exceed \(Self.oneFileByteLimit) bytes")
        }
        // A value of another form is not decoded: millions of small values take gigabytes.
        guard let head = bytes.first, Self.heads.contains(head) else {
            throw TrustKitError(whole: "must be a map of \(Self.required.count) files or more")
        }
        let map: CBORMap
        do throws(CBORError) {
            map = try CBOR.decode(bytes, rules: .flat).mapValue ?? CBORMap([])
        } catch {
            throw TrustKitError(whole: "must be deterministic CBOR: \(error)")
        }
        var files: [Name: [UInt8]] = [:]
        for (label, value) in map.entries {
            guard case .text(let text) = label, let name = Name(rawValue: text.string),
                name.rawValue.utf8.elementsEqual(text.utf8)
            else { throw TrustKitError(whole: "must hold no file of another name") }
            guard let bytes = value.bytesValue else {
                throw TrustKitError(name, "must be a byte string")
            }
            files[name] = bytes
        }
        try self.init(
            reading: { name throws(TrustKitError) in
                guard let bytes = files[name] else { throw TrustKitError(name, "is missing") }
                return bytes
            }, optional: { name throws(TrustKitError) in files[name] })
    }

    /// The kit as one file; equal kits are equal files.
    public var oneFile: [UInt8] {
        CBORMap(named.map { (.text(Text($0.name)), .bytes($0.bytes)) }).encoded()
    }

    /// The files that every kit has.
    private static let required = Name.allCases.filter { !$0.isOptional }

    /// The first byte of a map of so many members.
    private static let heads =
        (UInt8(required.count)...UInt8(Name.allCases.count)).map { 0xA0 | $0 }
}
