-- wrk: GET PREFIX .. a code drawn from the file CODES .. SUFFIX; each thread draws in its own order.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init()
  math.randomseed(7919 * number)
  prefix, suffix, codes = os.getenv("PREFIX"), os.getenv("SUFFIX"), {}
  for code in io.lines(os.getenv("CODES")) do
    codes[#codes + 1] = code
  end
end

function request()
  return wrk.format("GET", prefix .. codes[math.random(#codes)] .. suffix)
end
