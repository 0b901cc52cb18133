namespace MissBgm.Service.Guards;

/// <summary>A request that is not answered as it wishes: the message is for whoever sent it.</summary>
/// <param name="status">The status of the answer.</param>
/// <param name="kind">The last part of the problem's type.</param>
/// <param name="message">What, what is allowed, and how to mend it.</param>
internal sealed class Refusal(int status, string kind, string message) : Exception(message)
{
    internal int Status => status;

    internal string Kind => kind;
}
