/// Why a note's text is not a checkpoint (C2SP tlog-checkpoint).
///
/// Every case means the text must not be used as a tree head.
public enum CheckpointError: Error, Hashable, Sendable {
    /// The text does not end with LF.
    case unterminated

    /// The text has this many lines; origin, size and root are three.
    case missingLine(Int)

    /// A line follows the root; our checkpoints have none.
    case extensionLine

    /// The origin is empty, longer than 255 bytes or has a control character.
    case malformedOrigin

    /// The size is not a decimal number of one spelling, or above 2^63 - 1.
    case malformedSize

    /// The root is not canonical base64 of 32 bytes.
    case malformedRoot

    /// The size is 0 and the root is not that of the empty tree.
    case wrongEmptyRoot

    /// A line after the root is empty or has a control character.
    case malformedExtension
}
