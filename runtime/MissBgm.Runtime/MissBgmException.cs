namespace MissBgm.Runtime;

/// <summary>
/// A failure the toolchain foresees: its message is written for the user, and the command line shows it without a stack trace.
/// </summary>
public abstract class MissBgmException : Exception
{
    private protected MissBgmException(string message, Exception? inner) : base(message, inner)
    {
    }

    /// <summary>The process exit code of the command-line programs.</summary>
    public abstract int ExitCode { get; }
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
