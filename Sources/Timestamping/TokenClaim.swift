import CLibcrypto
import Encoding

/// What a token says, whether it is true or not: the parts of a TSTInfo (RFC 3161 §2.4.2).
struct TokenClaim {
    /// The time, POSIX seconds, rounded down.
    let time: UInt64

    /// The time and the accuracy, rounded up.
    let bound: UInt64

    /// The SHA-256 that it is about; another hash counts as another digest.
    let digest: [UInt8]

    /// The policy, in dots.
    let policy: String

    /// The number, in hexadecimal digits.
    let serial: String

    /// Reads a `TS_TST_INFO`.
    init(_ info: OpaquePointer) throws(TimestampRefusal) {
        // RFC 3161 §2.4.2: what is critical and not known must not be passed over; libcrypto does.
        guard unsafe TS_TST_INFO_get_ext_by_critical(info, 1, -1) < 0 else {
            throw .unsupported("a critical extension")
        }
        guard
            let spelled = unsafe TS_TST_INFO_get_time(info).map({ unsafe [UInt8](asn1: $0) }),
            let moment = GeneralizedTime(spelled)
        else { throw .malformed("its time is not one of RFC 3161") }
        time = moment.seconds
        let millionths = unsafe try moment.millionths + Self.accuracy(of: info)
        bound = moment.seconds + (millionths + 999_999) / 1_000_000
        digest = unsafe try Self.digest(of: info)
        policy = unsafe try Self.policy(of: info)
        guard let number = unsafe TS_TST_INFO_get_serial(info).map({ unsafe [UInt8](asn1: $0) }),
            number.count <= TimestampLimit.serialBytes
        else { throw .malformed("its number is too long") }
        serial = Hex.encode(number)
    }

    /// Returns the accuracy in millionths of a second; 0 where none is stated.
    private static func accuracy(of info: OpaquePointer) throws(TimestampRefusal) -> UInt64 {
        guard let accuracy = unsafe TS_TST_INFO_get_accuracy(info) else { return 0 }
        let seconds = unsafe try number(TS_ACCURACY_get_seconds(accuracy))
        let millis = unsafe try number(TS_ACCURACY_get_millis(accuracy))
        let micros = unsafe try number(TS_ACCURACY_get_micros(accuracy))
        guard seconds <= TimestampLimit.accuracySeconds, millis < 1_000, micros < 1_000 else {
            throw .malformed("its accuracy is out of range")
        }
        return (seconds * 1_000 + millis) * 1_000 + micros
    }

    private static func number(
        _ integer: UnsafePointer<ASN1_INTEGER>?
    ) throws(TimestampRefusal) -> UInt64 {
        guard let integer = unsafe integer else { return 0 }
        var number: UInt64 = 0
        guard unsafe ASN1_INTEGER_get_uint64(&number, integer) == 1 else {
            throw .malformed("its accuracy is out of range")
        }
        return number
    }

    private static func digest(of info: OpaquePointer) throws(TimestampRefusal) -> [UInt8] {
        guard let imprint = unsafe TS_TST_INFO_get_msg_imprint(info),
            let algorithm = unsafe TS_MSG_IMPRINT_get_algo(imprint),
            let message = unsafe TS_MSG_IMPRINT_get_msg(imprint)
        else { throw .malformed("it is about nothing") }
        guard unsafe OBJ_obj2nid(algorithm.pointee.algorithm) == NID_sha256 else {
            throw .otherDigest
        }
        return unsafe [UInt8](asn1: message)
    }

    private static func policy(of info: OpaquePointer) throws(TimestampRefusal) -> String {
        var text = [CChar](repeating: 0, count: TimestampLimit.identifierCharacters)
        let length = unsafe OBJ_obj2txt(
            &text, Int32(text.count), TS_TST_INFO_get_policy_id(info), 1)
        guard length > 0, Int(length) < text.count else {
            throw .malformed("its policy is too long")
        }
        return String(
            decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension [UInt8] {
    /// The content of an ASN.1 string or integer of libcrypto.
    init(asn1 string: UnsafePointer<ASN1_STRING>) {
        let bytes = unsafe UnsafeBufferPointer(
            start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string)))
        unsafe self.init(bytes)
    }
}
