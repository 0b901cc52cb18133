using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using McMaster.Extensions.CommandLineUtils;
using McMaster.Extensions.CommandLineUtils.Abstractions;
using MissBgm.Runtime;
using MissBgm.Runtime.Files;

namespace MissBgm.CommandLine;

/// <summary>
/// What the two programs have in common: commands as classes (<see cref="CommandBase"/>), results on stdout and messages on stderr, exit
/// codes, and one place where every failure becomes a sentence.
/// </summary>
public static class CommandLineHost
{
    /// <summary>Exit code of a fault in the command line or the input.</summary>
    public const int UserError = 2;

    /// <summary>Exit code of a run that was cancelled.</summary>
    public const int Cancelled = 130;

    /// <summary>Runs a program until it is done or interrupted (SIGINT, SIGTERM, SIGHUP).</summary>
    /// <typeparam name="TProgram">A class whose attributes name the program and its commands.</typeparam>
    /// <returns>The exit code: 0 done, 1 unexpected, 2 user input, 3 bad bundle, 4 numerical failure, 130 cancelled.</returns>
    public static int Run<TProgram>(string[] args)
        where TProgram : class
    {
        if (Surroundings.TooLittle() is not { } fault) return RunToTheEnd<TProgram>(args);
        Posix.Write(2, $"error: {fault}\n");
        return UserError;
    }

    // By itself, so that its parts are opened after it is known that they can be.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int RunToTheEnd<TProgram>(string[] args)
        where TProgram : class
    {
        StandardStreams.Prepare();
        using var interruption = new Interruption();
        return Run<TProgram>(args, PhysicalConsole.Singleton, command => interruption.Running = command, interruption.Token);
    }

    /// <summary>Runs a command line.</summary>
    /// <typeparam name="TProgram">A class whose attributes name the program and its commands.</typeparam>
    /// <param name="args">The command line.</param>
    /// <param name="console">Where results and messages go.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <returns>The exit code.</returns>
    public static int Run<TProgram>(string[] args, IConsole console, CancellationToken cancellation)
        where TProgram : class => Run<TProgram>(args, console, _ => { }, cancellation);

    /// <summary>What a cancelled command says.</summary>
    internal static string CancelledSentence(CommandBase? command) => $"cancelled: {command?.LeftBehind ?? "nothing was written"}.";

    private static int Run<TProgram>(string[] args, IConsole console, Action<CommandBase> begun, CancellationToken cancellation)
        where TProgram : class
    {
        ArgumentNullException.ThrowIfNull(console);
        var messages = new MessageLog(console, LogFormatOf(args));
        if (Surroundings.Fault(args) is { } fault) return Say(messages, fault, UserError);
        using var app = new CommandLineApplication<TProgram>(console);
        OptionTypes.Name(app.ValueParsers);
        app.HelpOption("-h|--help", inherited: true);
        app.Conventions.UseDefaultConventions();
        app.VersionOption("--version", VersionOf<TProgram>());
        // Help that was asked for is a result; help and hints on wrong usage are messages. The library prints both alike, so they wait for
        // the outcome.
        using var help = new StringWriter();
        app.Out = help;
        app.OnExecute(() =>
        {
            app.ShowHelp(usePager: false);
            return UserError;
        });
        CommandBase? running = null;
        CompletionCommand.AddTo(app, console);
        foreach (var command in app.Commands)
        {
            command.Out = help;
            command.ValidationErrorHandler = result => Say(messages, $"{result.ErrorMessage} See {app.Name} {command.Name} --help.", UserError);
            if (command is IModelAccessor accessor && accessor.GetModel() is CommandBase model) model.Begin = () => Begin(model);
        }

        CancellationToken Begin(CommandBase command)
        {
            running = command;
            begun(command);
            return cancellation;
        }

        try
        {
            var exitCode = app.Execute(args);
            (exitCode == 0 ? console.Out : console.Error).Write(help);
            return exitCode;
        }
        catch (Exception e)
        {
            return Explain(e, console, messages, app, running, VersionOf<TProgram>());
        }
    }

    /// <summary>A program's version.</summary>
    public static string VersionOf<TProgram>() =>
        typeof(TProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static string Kept(CommandBase? command) =>
        command?.LeftBehind is { Length: > 0 } left ? char.ToUpperInvariant(left[0]) + left[1..] : "Nothing was written";

    private static int Explain(
        Exception fault, IConsole console, MessageLog messages, CommandLineApplication app, CommandBase? running, string version)
    {
        if (Surroundings.LacksFiles(fault) is { } lack)
        {
            return Say(
                messages,
                $"{lack}. {Kept(running)}. Raise the number of files that may be open ({Surroundings.RaiseFiles}) or the address space "
                + $"({Surroundings.RaiseMemory}) where they are limited, or set the program up anew.",
                UserError);
        }

        switch (fault)
        {
            case CommandParsingException e:
                var hint = e is UnrecognizedCommandParsingException { NearestMatches: var near } && near.Any() ? $" Did you mean '{near.First()}'?" : "";
                var command = e.Command == app ? app.Name : $"{app.Name} {e.Command.Name}";
                return Say(messages, $"{e.Message.TrimEnd('.')}.{hint} See {command} --help.", UserError);
            case MissBgmException e:
                return Say(messages, e.Message, e.ExitCode);
            case OperationCanceledException:
                console.Error.WriteLine(CancelledSentence(running));
                return Cancelled;
            case TypeInitializationException { InnerException: IOException inner }:
                return Explain(inner, console, messages, app, running, version);
            case IOException or UnauthorizedAccessException:
                return Say(messages, $"{fault.Message.TrimEnd('.')}. {Kept(running)}. Make room, or choose another place.", UserError);
            case OutOfMemoryException:
            case ExternalException e when e.Message.Contains("can't allocate memory", StringComparison.Ordinal):
                return Say(
                    messages,
                    $"the memory that this process may use does not suffice. {Kept(running)}. Give it more, or less to do: fewer "
                    + "draws, chains, threads or rows.",
                    UserError);
            default:
                return Say(messages, UnexpectedFault.Describe(fault, app.Name!, version), UnexpectedFault.ExitCode);
        }
    }

    private static int Say(MessageLog messages, string message, int exitCode)
    {
        messages.Error(message);
        return exitCode;
    }

    // Faults of the command line itself come before any command has its options.
    private static LogFormat LogFormatOf(string[] args) =>
        Array.Exists(args, arg => arg is "--log=json" or "--log:json") || args.Zip(args.Skip(1)).Any(pair => pair is ("--log", "json"))
            ? LogFormat.Json
            : LogFormat.Text;
}
