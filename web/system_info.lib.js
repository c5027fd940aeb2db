// The browser's half of system_info.cpp. Workers have `navigator` too.
addToLibrary({
  // "Linux" and "Chromium 137", or as much of them as the browser tells.
  trilane_js_os_name__deps: ["$stringToNewUTF8"],
  trilane_js_os_name: () => {
    const told = navigator.userAgentData?.platform;
    const known = /Windows|Android|iPhone|iPad|Mac OS X|CrOS|Linux/.exec(navigator.userAgent);
    return stringToNewUTF8(told || known?.[0].replace("Mac OS X", "macOS") || "unknown");
  },

  trilane_js_browser_name__deps: ["$stringToNewUTF8"],
  trilane_js_browser_name: () => {
    // Chromium's own brand list also holds a made-up brand, by design.
    const brands = navigator.userAgentData?.brands || [];
    const brand = brands.find((entry) => !/not.?a.?brand|chromium/i.test(entry.brand)) ||
                  brands.find((entry) => entry.brand === "Chromium");
    if (brand) return stringToNewUTF8(`${brand.brand} ${brand.version}`);
    const patterns = {Firefox: /Firefox\/(\d+)/, Chrome: /Chrome\/(\d+)/, Safari: /Version\/([\d.]+).*Safari/};
    for (const [name, pattern] of Object.entries(patterns)) {
      const match = pattern.exec(navigator.userAgent);
      if (match) return stringToNewUTF8(`${name} ${match[1]}`);
    }
    return stringToNewUTF8("unknown browser");
  },

  trilane_js_cores: () => navigator.hardwareConcurrency || 1,
  trilane_js_process_id: () => Module["processId"] || 0,
});
