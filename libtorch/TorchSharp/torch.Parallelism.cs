namespace TorchSharp;

public static partial class torch
{
    /// <summary>How many threads one operator may use.</summary>
    public static int get_num_threads() => Native.Threads();

    public static void set_num_threads(int num) => Native.Check(Native.SetThreads(num));
}
