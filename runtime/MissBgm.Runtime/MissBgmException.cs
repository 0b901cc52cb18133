namespace MissBgm.Runtime;

/// <summary>
/// A failure the toolchain foresees: its message is written for the user, and the command line shows it without a stack trace.
/// </summary>
public abstract class MissBgmException : Exception
{
    private const int MostCharacters = 4000;

    private protected MissBgmException(string message, Exception? inner) : base(Bounded(message), inner)
    {
    }

    /// <summary>The process exit code of the command-line programs.</summary>
    public abstract int ExitCode { get; }

    /// <summary>A message of bounded length: a cell or a name in its middle may be as long as its file, and what stands around it is what helps.</summary>
    internal static string Bounded(string message)
    {
        const int half = MostCharacters / 2;
        if (message.Length <= MostCharacters) return message;
        // Not between the halves of a surrogate pair.
        var (end, begin) = (char.IsHighSurrogate(message[half - 1]) ? half - 1 : half, message.Length - half);
        if (char.IsLowSurrogate(message[begin])) begin++;
        return $"{message[..end]} [{begin - end} characters] {message[begin..]}";
    }
}

/// <summary>The user's input is at fault: the message says what, where (file, line, column), what is allowed and how to mend it.</summary>
public sealed class UserInputException(string message, Exception? inner = null) : MissBgmException(message, inner)
{
    /// <inheritdoc />
    public override int ExitCode => 2;
}

/// <summary>A bundle is missing, truncated, altered or of an unknown format: the message names the file.</summary>
public sealed class BundleException(string message, Exception? inner = null) : MissBgmException(message, inner)
{
    /// <inheritdoc />
    public override int ExitCode => 3;
}

/// <summary>A computation left the finite numbers: the message says where and what to change.</summary>
public sealed class NumericalException(string message, Exception? inner = null) : MissBgmException(message, inner)
{
    /// <inheritdoc />
    public override int ExitCode => 4;
}
